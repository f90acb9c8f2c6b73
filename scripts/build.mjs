// Makes dist/fluxnode out of the sources. Needs Node.js 20, npm and a C++ compiler; nothing else has to be installed.
//
//   node scripts/build.mjs [--native-only] [--arch x64|arm64]
//
// --native-only  stops after the C++ addon: enough to run the unit tests
// --arch         cross-compiles; set CXX and CC to the compilers for that architecture
//
// Everything it tells goes to stderr, so that bin/fluxnode can build before a command whose stdout is a document.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./find-bun.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

class BuildError extends Error {}

function parseArguments(argv) {
  const options = { nativeOnly: false, arch: process.arch };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--native-only") options.nativeOnly = true;
    else if (argv[i] === "--arch" && i + 1 < argv.length) options.arch = argv[++i];
    else throw new BuildError(`unknown argument ${argv[i]}`);
  }
  if (!["x64", "arm64"].includes(options.arch)) throw new BuildError(`unsupported architecture "${options.arch}"`);
  if (process.platform !== "linux") throw new BuildError("fluxnode is built and runs on Linux only");
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20)
    throw new BuildError(`Node.js ${process.versions.node} is too old: install version 20 or newer`);
  return options;
}

/** Runs a program with its stdout on our stderr. */
function run(program, args, environment = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...environment },
  });
  if (result.error?.code === "ENOENT") throw new BuildError(`the program "${program}" is missing`);
  if (result.error) throw result.error;
  if (result.status !== 0) throw new BuildError(`${[program, ...args].join(" ")} failed`);
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/**
 * Installs exactly what package-lock.json names. npm writes node_modules/.package-lock.json last, so it dates a complete
 * installation.
 *
 * Install scripts stay off: Bun is found without them, and the others would compile what is never used.
 */
function installPackages() {
  if (modified(join(root, "node_modules/.package-lock.json")) >= modified(join(root, "package-lock.json"))) return;
  console.error("installing the npm packages");
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // `npm ci` refuses a lock that lacks optional packages for other systems, which npm itself leaves out of the lock when the
  // registry in use does not carry them. `npm install` takes the same versions from the same lock.
  if (spawnSync("npm", ["ci", ...options], { cwd: root, stdio: "ignore" }).status === 0) return;
  run("npm", ["install", "--no-save", ...options]);
}

/** Worker threads start from files of their own, which the bundler has to be told. */
function workerEntries(folder = join(root, "src")) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return workerEntries(path);
      return /(^|-)worker\.ts$/.test(entry.name) ? [relative(root, path)] : [];
    })
    .sort();
}

/** The commit, marked when the tree has changes; empty outside a repository. */
function commit() {
  const git = (...args) => {
    const result = spawnSync("git", args, { cwd: root, encoding: "utf8" });
    return result.status === 0 ? result.stdout.trim() : null;
  };
  const head = git("rev-parse", "--short=12", "HEAD");
  if (!head) return "";
  return git("status", "--porcelain", "--untracked-files=no") === "" ? head : `${head}-dirty`;
}

function compile(arch) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const output = join(root, "dist/fluxnode");
  const temporary = join(root, `dist/.fluxnode-${process.pid}`);
  mkdirSync(dirname(output), { recursive: true });
  // The compiled program must not look at files that happen to lie in the current directory.
  const closed = ["dotenv", "bunfig", "tsconfig", "package-json"].map((file) => `--no-compile-autoload-${file}`);
  const define = { BUILD_VERSION: version, BUILD_COMMIT: commit(), BUILD_ARCH: arch };
  try {
    run(findBun(root), [
      "build",
      "--compile",
      ...(arch === process.arch ? [] : [`--target=bun-linux-${arch}`]),
      ...closed,
      "--minify",
      "--keep-names",
      "--bytecode",
      "--format=esm",
      ...Object.entries(define).map(([name, value]) => `--define=${name}=${JSON.stringify(value)}`),
      // Workers are found by their path below src (see src/chain/shielded/shielded-thread.ts).
      "--root=src",
      "src/main.ts",
      ...workerEntries(),
      `--outfile=${relative(root, temporary)}`,
    ]);
    // In one step: a program that is running keeps its file, and no one ever starts half of one.
    renameSync(temporary, output);
  } finally {
    rmSync(temporary, { force: true });
  }
  console.error(
    `built ${relative(process.cwd(), output)} ${version} (${Math.round(statSync(output).size / 1048576)} MiB)`,
  );
}

try {
  const options = parseArguments(process.argv.slice(2));
  installPackages();
  run(process.execPath, ["scripts/build-native.mjs"], { ARCH: options.arch });
  if (!options.nativeOnly) compile(options.arch);
} catch (error) {
  console.error(`build: ${error instanceof BuildError ? error.message : error.stack}`);
  process.exit(1);
}
