import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { cleanEnvironment, EXECUTABLE, fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

/** Every way that a JavaScript program could be changed by files of the current directory. */
function hostileFolder(t) {
  const folder = temporaryFolder(t);
  const marker = join(folder, "captured");
  const capture = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "captured");`;
  writeFileSync(join(folder, "evil.js"), capture);
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./evil.js"]\n[run]\npreload = ["./evil.js"]\n');
  writeFileSync(
    join(folder, ".env"),
    "FLUXNODE_NATIVE=off\nFLUXNODE_LOG_LEVEL=loud\nBUN_OPTIONS=--preload=./evil.js\n",
  );
  for (const name of [".env.local", ".env.production", ".env.development"])
    copyFileSync(join(folder, ".env"), join(folder, name));
  writeFileSync(join(folder, "package.json"), '{"name":"evil","version":"6.6.6","imports":{"#x":"./evil.js"}}');
  writeFileSync(join(folder, "tsconfig.json"), '{"compilerOptions":{"paths":{"*":["./evil.js"]}}}');
  for (const name of ["commander", "zod", "better-sqlite3"]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "index.js"), capture);
  }
  return { folder, marker };
}

t.test("files of the current directory change nothing", async (t) => {
  const { folder, marker } = hostileFolder(t);
  const clean = temporaryFolder(t);
  for (const args of [["version", "--json"], ["config", "show", "--json"], ["help"]]) {
    const env = { HOME: clean };
    const here = await fluxnode(args, { cwd: folder, env });
    const there = await fluxnode(args, { cwd: clean, env });
    t.same([here.code, here.stdout, here.stderr], [0, there.stdout, there.stderr], args.join(" "));
    t.notOk(existsSync(marker), "nothing of the directory ran");
  }
});

t.test("the trap of the test above does work on Bun itself", async (t) => {
  const { folder, marker } = hostileFolder(t);
  writeFileSync(join(folder, "program.js"), "");
  const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
  const { findBun } = await import(join(root, "scripts/find-bun.mjs"));
  execFileSync(findBun(root), ["program.js"], { cwd: folder, env: cleanEnvironment() });
  t.ok(existsSync(marker));
});

t.test("one file is enough: it runs alone, from anywhere, and leaves nothing", async (t) => {
  const folder = temporaryFolder(t);
  const tmp = temporaryFolder(t);
  const executable = join(folder, "renamed");
  copyFileSync(EXECUTABLE, executable);
  for (const cwd of [folder, "/", "/proc"]) {
    const env = { HOME: folder, TMPDIR: tmp, PATH: "/nowhere" };
    const { code, stdout } = await fluxnode(["version", "--json"], { cwd, executable, env });
    t.equal(code, 0);
    t.equal(JSON.parse(stdout).implementation, "native");
  }
  t.same(readdirSync(folder), ["renamed"]);
  t.same(readdirSync(tmp), []);
});

t.test("without a usable temporary directory the data directory serves", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "file"), "");
  // /proc refuses to create files even for root.
  for (const tmp of ["/proc", join(folder, "missing"), join(folder, "file")]) {
    const datadir = join(folder, "data");
    const { code, stdout } = await fluxnode(["version", "--json", "--datadir", datadir], {
      env: { TMPDIR: tmp, HOME: "/proc" },
    });
    t.equal(code, 0, `TMPDIR=${tmp}`);
    t.equal(JSON.parse(stdout).implementation, "native");
    t.match(readdirSync(join(datadir, "native")), [/\.node$/, /\.node$/]);
  }
});

t.test("with neither a temporary nor a data directory the error says so", async (t) => {
  const { code, stderr } = await fluxnode(["version", "--json"], { env: { TMPDIR: "/proc", HOME: "/proc" } });
  t.equal(code, 1);
  t.match(JSON.parse(stderr).error, { code: "native-addon-unavailable", hint: /TMPDIR/ });
});

/** Runs the executable with a TMPDIR from which nothing may be executed; null if this machine lets us have none. */
function runWithNoexecTmp(folder, args) {
  const mountPoint = join(folder, "noexec");
  mkdirSync(mountPoint);
  // As root in this mount namespace, else in one of our own; either way the mount vanishes with the namespace.
  const script = 'mount -t tmpfs -o noexec,size=64m none "$TMPDIR" && touch "$TMPDIR/usable" && exec "$@"';
  for (const namespace of [
    ["unshare", "-m"],
    ["unshare", "-Urm"],
  ]) {
    const [program, ...rest] = [...namespace, "sh", "-c", script, "sh", EXECUTABLE, ...args];
    const result = spawnSync(program, rest, {
      encoding: "utf8",
      env: cleanEnvironment({ TMPDIR: mountPoint, HOME: folder }),
    });
    if (result.status === 0 || /"error"/.test(result.stderr ?? "")) return result;
  }
  return null;
}

t.test("a temporary directory that is mounted noexec", async (t) => {
  const folder = temporaryFolder(t);
  const result = runWithNoexecTmp(folder, ["version", "--json"]);
  if (result === null) {
    // The accepting machine has to be able to do it; a workstation may not let a user mount.
    const message = "NOT CHECKED: this machine allows no mount for a noexec temporary directory";
    if (process.env.CI) t.fail(message);
    else t.comment(message);
    return;
  }
  t.equal(result.status, 0, result.stderr);
  t.equal(JSON.parse(result.stdout).implementation, "native");
  t.match(readdirSync(join(folder, ".fluxnode/native")), [/\.node$/, /\.node$/]);
});

t.test("a standard output or error that is full", async (t) => {
  const sh = (command) => spawnSync("sh", ["-c", command, EXECUTABLE], { encoding: "utf8", env: cleanEnvironment() });
  const full = sh('"$0" version --json >/dev/full');
  t.equal(full.status, 1);
  t.equal(JSON.parse(full.stderr).error.code, "disk-full");
  const noError = sh('"$0" vrsion 2>/dev/full');
  t.same([noError.status, noError.stdout], [2, ""]);
});

t.test("the executable needs nothing but the C library", async (t) => {
  const { version } = createRequire(import.meta.url)("../../package.json");
  t.match((await fluxnode(["version"])).stdout, version);
  const needed = spawnSync("ldd", [EXECUTABLE], { encoding: "utf8" });
  if (needed.status !== 0) return t.comment("ldd is not available");
  const libraries = needed.stdout
    .split("\n")
    .map((line) => line.trim().split(" ")[0].split("/").at(-1))
    .filter(Boolean);
  const allowed = /^(linux-vdso\.so|ld-linux|libc\.so|libm\.so|libdl\.so|libpthread\.so|librt\.so)/;
  t.same(
    libraries.filter((name) => !allowed.test(name)),
    [],
  );
  t.ok(readFileSync(EXECUTABLE).length > 1_000_000);
});
