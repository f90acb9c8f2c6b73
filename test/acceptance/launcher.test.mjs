import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const LONG_AGO = new Date("2020-01-01");

/** A checkout whose build takes no time: it writes a program that tells its arguments. */
function checkout(t, build = "") {
  const folder = temporaryFolder(t);
  for (const name of ["bin", "scripts", "src", "native", "dist"]) mkdirSync(join(folder, name));
  for (const name of ["fluxnode", "require-programs"]) copyFileSync(join(root, "bin", name), join(folder, "bin", name));
  const files = {
    "package.json": "{}",
    "package-lock.json": "{}",
    "src/main.ts": "",
    "native/addon.cc": "",
    "scripts/build.mjs": `${build}
      import { appendFileSync, writeFileSync } from "node:fs";
      console.log("compiler chatter on stdout");
      appendFileSync(${JSON.stringify(join(folder, "built"))}, "x");
      await new Promise((resolve) => setTimeout(resolve, 200));
      writeFileSync(${JSON.stringify(join(folder, "dist/fluxnode"))}, '#!/bin/sh\\nprintf "[%s]" "$@"; exit 7\\n', { mode: 0o755 });`,
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), LONG_AGO, LONG_AGO);
  }
  for (const name of ["scripts", "src", "native"]) utimesSync(join(folder, name), LONG_AGO, LONG_AGO);
  const builds = () => (existsSync(join(folder, "built")) ? readFileSync(join(folder, "built"), "utf8").length : 0);
  return {
    folder,
    builds,
    run: (args, options) => fluxnode(args, { executable: join(folder, "bin/fluxnode"), ...options }),
  };
}

t.test("builds on first use only, hands arguments and exit code through, keeps stdout clean", async (t) => {
  const { folder, builds, run } = checkout(t);
  const first = await run(["a b", "--json", ""], { cwd: "/" });
  t.same([first.code, first.stdout], [7, "[a b][--json][]"]);
  t.match(first.stderr, /building/);
  const second = await run(["x"], { cwd: folder });
  t.same([second.code, second.stdout, second.stderr], [7, "[x]", ""]);
  t.equal(builds(), 1);
});

t.test("builds again when a source, a folder or the lock is newer", async (t) => {
  const { folder, builds, run } = checkout(t);
  await run([]);
  for (const name of ["src/main.ts", "native", "package-lock.json"]) {
    const before = builds();
    const soon = new Date(Date.now() + 1000);
    utimesSync(join(folder, name), soon, soon);
    await run([]);
    t.equal(builds(), before + 1, name);
    utimesSync(join(folder, name), LONG_AGO, LONG_AGO);
  }
});

t.test("works through a symbolic link", async (t) => {
  const { folder, run } = checkout(t);
  symlinkSync(join(folder, "bin/fluxnode"), join(folder, "link"));
  t.equal((await run(["x"], { executable: join(folder, "link") })).stdout, "[x]");
});

t.test("of two first uses at once one builds and both run", async (t) => {
  const { builds, run } = checkout(t);
  const results = await Promise.all([run(["1"]), run(["2"])]);
  t.same(
    results.map(({ stdout }) => stdout),
    ["[1]", "[2]"],
  );
  t.equal(builds(), 1);
});

t.test("a failing build ends it", async (t) => {
  const { run } = checkout(t, 'console.error("no luck"); process.exit(3);');
  const { code, stdout, stderr } = await run(["x"]);
  t.not(code, 0);
  t.equal(stdout, "");
  t.match(stderr, /no luck/);
});

t.test("says which programs are missing and how to get them", async (t) => {
  const { folder, builds, run } = checkout(t);
  const programs = join(folder, "programs");
  mkdirSync(programs);
  for (const name of ["sh", "readlink", "dirname", "find", "head", "mkdir", "touch", "flock"]) {
    const found = process.env.PATH.split(delimiter)
      .map((path) => join(path, name))
      .find((path) => existsSync(path));
    if (found) symlinkSync(found, join(programs, name));
  }
  const { code, stdout, stderr } = await run(["version"], { env: { PATH: programs } });
  t.equal(code, 1);
  t.equal(stdout, "");
  for (const name of ["node", "npm", "g++", "gcc"]) t.ok(stderr.includes(`  ${name} `), name);
  t.match(stderr, /apt-get install/);
  t.equal(builds(), 0);
});
