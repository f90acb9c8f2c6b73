// Builds the C++ addon: every .cc and .c file under native/ becomes one shared object, build/fluxnode.node.
//
//   node scripts/build-native.mjs [--out FILE] [--clean]
//
// Environment: CXX, CC (compilers, for cross builds), ARCH (x64 or arm64; default: this machine).
//
// The leading // lines of a source file may hold directives:
//   // cxxflags: -mavx2      extra compiler flags for this file (kept out of the rest, which stays at the
//                            baseline of the architecture; run-time detection decides what is called)
//   // arch: x64             the file is compiled for this architecture only
//
// Plain g++ instead of node-gyp: node-gyp downloads headers and needs Python, neither of which a server has.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const JOBS = 2;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

class BuildError extends Error {}

function parseArguments(argv) {
  const options = { out: join(root, "build/fluxnode.node"), clean: false };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--out" && i + 1 < argv.length) options.out = resolve(argv[++i]);
    else if (argv[i] === "--clean") options.clean = true;
    else
      throw new BuildError(`unknown argument ${argv[i]}\nusage: node scripts/build-native.mjs [--out FILE] [--clean]`);
  }
  return options;
}

function target() {
  const arch = process.env.ARCH ?? process.arch;
  if (arch !== "x64" && arch !== "arm64")
    throw new BuildError(`unsupported architecture "${arch}"; use ARCH=x64 or ARCH=arm64`);
  if (process.platform !== "linux")
    throw new BuildError(`unsupported platform "${process.platform}": the addon is built on Linux`);
  return { arch, cxx: process.env.CXX ?? "g++", cc: process.env.CC ?? "gcc" };
}

function sourceFiles(folder) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...sourceFiles(path));
    else if (/\.(cc|c)$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

/** The directives in the unbroken run of // lines at the top of a file. */
function directives(source) {
  const result = { flags: [], arch: null };
  for (const line of readFileSync(source, "utf8").split("\n")) {
    if (!line.startsWith("//")) break;
    const match = /^\/\/ (cxxflags|arch): *(.*?) *$/.exec(line);
    if (match?.[1] === "cxxflags") result.flags.push(...match[2].split(/\s+/));
    if (match?.[1] === "arch") result.arch = match[2];
  }
  return result;
}

function includeFolders() {
  const folders = [
    "native",
    "node_modules/node-addon-api",
    "node_modules/node-api-headers/include",
    "node_modules/secp256k1/src/secp256k1",
  ];
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) throw new BuildError(`${folder} is missing: run "npm ci" first`);
  }
  // Ours are found by #include "…" only, or a header of ours could shadow one of the C library's. Third-party
  // folders are system folders so that only our own warnings show.
  return folders.map((folder) => (folder === "native" ? `-iquote${folder}` : `-isystem${folder}`));
}

function compileCommand(source, { arch, cxx, cc }, includes, extraFlags) {
  const isC = source.endsWith(".c");
  return [
    isC ? cc : cxx,
    isC ? "-std=gnu11" : "-std=c++17",
    "-O3",
    "-fPIC",
    "-fvisibility=hidden",
    "-ffunction-sections",
    "-fdata-sections",
    `-ffile-prefix-map=${root}=.`,
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    "-DNDEBUG",
    ...(isC ? [] : ["-fvisibility-inlines-hidden", "-DNAPI_VERSION=8", "-DNAPI_DISABLE_CPP_EXCEPTIONS"]),
    ...(arch === "x64" ? ["-march=x86-64", "-mtune=generic"] : ["-march=armv8-a"]),
    ...includes,
    ...extraFlags,
  ];
}

/** True when the object is newer than everything it was made from and was made by the same command. */
function isFresh(object, signature) {
  if (!existsSync(object) || !existsSync(`${object}.d`)) return false;
  if (!existsSync(`${object}.cmd`) || readFileSync(`${object}.cmd`, "utf8") !== signature) return false;
  const built = statSync(object).mtimeMs;
  const dependencies = readFileSync(`${object}.d`, "utf8")
    .replace(/\\\n/g, " ")
    .replace(/^[^:]*:/, "")
    .trim()
    .split(/\s+/);
  return dependencies.every((name) => {
    const path = resolve(root, name);
    return existsSync(path) && statSync(path).mtimeMs <= built;
  });
}

function run(command) {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(command[0], command.slice(1), { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => {
      if (error.code === "ENOENT") {
        reject(
          new BuildError(
            `the program "${command[0]}" was not found: install a C++ compiler (Debian/Ubuntu: apt-get install g++) or set CXX and CC`,
          ),
        );
      } else reject(new BuildError(`${command[0]} could not be started: ${error.message}`));
    });
    child.on("close", (code) => {
      if (code === 0) resolvePromise();
      else reject(new BuildError(`${command[0]} failed with exit code ${code}`));
    });
  });
}

/** Temporary names and a final rename, so that builds running side by side never see half a file. */
async function compile(task) {
  const temporary = `${task.object}.${process.pid}`;
  console.log(`  ${relative(root, task.source)}`);
  try {
    await run([...task.command, "-MMD", "-MF", `${temporary}.d`, "-c", relative(root, task.source), "-o", temporary]);
    renameSync(`${temporary}.d`, `${task.object}.d`);
    writeFileSync(`${task.object}.cmd`, task.signature);
    renameSync(temporary, task.object);
  } finally {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}.d`, { force: true });
  }
}

async function inParallel(tasks, work) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) await work(task);
  };
  await Promise.all(Array.from({ length: JOBS }, worker));
}

async function main() {
  const options = parseArguments(process.argv.slice(2));
  const machine = target();
  const cache = join(root, "build/native", machine.arch);
  if (options.clean) rmSync(cache, { recursive: true, force: true });

  const includes = includeFolders();
  const tasks = [];
  for (const source of sourceFiles(join(root, "native"))) {
    const { flags, arch } = directives(source);
    if (arch !== null && arch !== machine.arch) continue;
    const object = join(cache, `${relative(join(root, "native"), source)}.o`);
    mkdirSync(dirname(object), { recursive: true });
    const command = compileCommand(source, machine, includes, flags);
    tasks.push({ source, object, command, signature: createHash("sha256").update(command.join("\0")).digest("hex") });
  }
  if (tasks.length === 0) throw new BuildError("no source files under native/");

  const stale = tasks.filter((task) => !isFresh(task.object, task.signature));
  if (stale.length > 0) console.log(`compiling ${stale.length} of ${tasks.length} files for ${machine.arch}`);
  await inParallel(stale, compile);

  const linkSignature = createHash("sha256")
    .update(tasks.map((task) => task.object + task.signature).join("\0") + machine.cxx)
    .digest("hex");
  const linkRecord = join(cache, `link-${createHash("sha256").update(options.out).digest("hex").slice(0, 16)}`);
  const upToDate =
    stale.length === 0 &&
    existsSync(options.out) &&
    existsSync(linkRecord) &&
    readFileSync(linkRecord, "utf8") === linkSignature &&
    tasks.every((task) => statSync(task.object).mtimeMs <= statSync(options.out).mtimeMs);
  if (upToDate) {
    console.log(`${relative(process.cwd(), options.out)} is up to date`);
    return;
  }

  mkdirSync(dirname(options.out), { recursive: true });
  const temporary = `${options.out}.${process.pid}`;
  try {
    await run([
      machine.cxx,
      "-shared",
      "-o",
      temporary,
      ...tasks.map((task) => relative(root, task.object)),
      // The C++ runtime goes in, hidden: the file has to load on machines with an older one, and must not
      // mix its symbols with those of the host program.
      "-static-libstdc++",
      "-static-libgcc",
      "-Wl,--exclude-libs,ALL",
      "-Wl,--gc-sections",
      "-Wl,-z,relro,-z,now,-z,noexecstack",
      "-s",
    ]);
    renameSync(temporary, options.out);
  } finally {
    rmSync(temporary, { force: true });
  }
  writeFileSync(linkRecord, linkSignature);
  console.log(`built ${relative(process.cwd(), options.out)} (${Math.round(statSync(options.out).size / 1024)} KiB)`);
}

main().catch((error) => {
  console.error(`build-native: ${error instanceof BuildError ? error.message : error.stack}`);
  process.exit(1);
});
