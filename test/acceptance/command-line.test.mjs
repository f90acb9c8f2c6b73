import { readFileSync } from "node:fs";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

t.test("version", async (t) => {
  const cwd = temporaryFolder(t);
  const { code, stdout, stderr } = await fluxnode(["version", "--json"], { cwd, env: { HOME: cwd } });
  t.equal(code, 0);
  t.equal(stderr, "");
  const version = JSON.parse(stdout);
  t.equal(version.version, manifest.version);
  t.equal(version.implementation, "native");
  t.equal(version.platform, `${process.platform}-${process.arch}`);
  t.equal(version.bun, manifest.devDependencies.bun);
  t.match(version.sqlite, /^3\.\d+\.\d+$/);
  t.match(version.features, {
    arch: process.arch,
    blake2b: String,
    equihash: String,
    secp256k1: String,
    sha256: String,
  });

  const text = await fluxnode(["version"], { cwd });
  t.match(text.stdout, new RegExp(`^fluxnode +${manifest.version.replaceAll(".", "\\.")}\n`));
  t.same((await fluxnode(["--version"], { cwd })).stdout, text.stdout);
});

t.test("version says so when the slow TypeScript code is chosen", async (t) => {
  const { stdout } = await fluxnode(["version", "--json"], { env: { FLUXNODE_NATIVE: "off" } });
  t.match(JSON.parse(stdout), { implementation: "typescript", features: null });
});

t.test("global options stand before or after the command", async (t) => {
  const after = await fluxnode(["version", "--json", "--quiet", "--no-color", "--datadir", "/nowhere"]);
  const before = await fluxnode(["--json", "--quiet", "--no-color", "--datadir=/nowhere", "version"]);
  t.equal(after.code, 0);
  t.equal(before.stdout, after.stdout);
});

const MISTAKES = [
  [["vrsion"], /unknown command 'vrsion'/, /version/],
  [["version", "--jsno"], /unknown option '--jsno'/, /--json/],
  [["version", "unexpected"], /too many arguments/, null],
  [["version", "--datadir"], /argument missing/, null],
  [[], /the name of a command is missing/, null],
];

for (const [args, message, hint] of MISTAKES) {
  t.test(`wrong use: fluxnode ${args.join(" ")}`, async (t) => {
    const json = await fluxnode([...args, "--json"].sort((a) => (a === "--json" ? -1 : 0)));
    t.equal(json.code, 2);
    t.equal(json.stdout, "");
    const { error } = JSON.parse(json.stderr);
    t.equal(error.code, "usage");
    t.match(error.message, message);
    if (hint) t.match(error.hint, hint);
    else t.equal(error.hint, null);

    const text = await fluxnode(args);
    t.equal(text.code, 2);
    t.equal(text.stdout, "");
    t.match(text.stderr, message);
    t.notOk(text.stderr.includes("\u001b"), "no colours when stderr is not a terminal");
  });
}

t.test("help", async (t) => {
  const pages = await Promise.all([["help"], ["--help"], ["-h"]].map((args) => fluxnode(args)));
  for (const { code, stdout, stderr } of pages) {
    t.equal(code, 0);
    t.equal(stderr, "");
    t.match(stdout, /^Usage: fluxnode/);
    t.match(stdout, /--datadir/);
  }
  const one = await fluxnode(["help", "version"]);
  t.equal(one.code, 0);
  t.equal((await fluxnode(["version", "--help"])).stdout, one.stdout);
  t.match(JSON.parse((await fluxnode(["version", "--help", "--json"])).stdout), { help: one.stdout });
});

t.test("a cold start is instant", async (t) => {
  const times = [];
  for (let i = 0; i < 5; i++) times.push((await fluxnode(["version"])).millis);
  // The best of five, because other work on the machine is not what is measured. Usually 25 ms.
  t.ok(Math.min(...times) < 200, `fastest of five took ${Math.min(...times).toFixed()} ms`);
});

t.test("a reader that closes the pipe early is not an error", async (t) => {
  const { code, stderr } = await fluxnode(["help"], { started: (child) => child.stdout.destroy() });
  t.equal(code, 0);
  t.equal(stderr, "");
});
