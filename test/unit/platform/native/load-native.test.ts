import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeAddon, nativeStatus } from "../../../../src/platform/native/index.ts";

const ROOT = join(import.meta.dir, "../../../..");

const work = mkdtempSync(join(tmpdir(), "fluxnode-native-test-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Prints the status of the addon, or the error, as one JSON document. */
function probeSource(root: string): string {
  return `import { nativeAddon, nativeStatus } from ${JSON.stringify(join(root, "src/platform/native/index.ts"))};
try {
  const status = nativeStatus();
  const digest = nativeAddon()?.sha256(new Uint8Array(0));
  console.log(JSON.stringify({ ...status, digest: digest && Buffer.from(digest).toString("hex") }));
} catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message, hint: error.hint }));
}
`;
}

function run(command: string[], environment: Record<string, string> = {}): Record<string, string> {
  const env = { PATH: process.env.PATH ?? "", HOME: work, ...environment };
  const { stdout, stderr } = Bun.spawnSync(command, { env, cwd: work });
  const text = stdout.toString();
  if (text === "") throw new Error(stderr.toString());
  return JSON.parse(text);
}

const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("in a checkout", () => {
  const probe = join(work, "probe.ts");
  beforeAll(() => writeFileSync(probe, probeSource(ROOT)));

  test("the addon is loaded in place, once", () => {
    expect(nativeStatus()).toMatchObject({
      implementation: "native",
      reason: `loaded from ${join(ROOT, "build/fluxnode.node")}`,
      features: { arch: process.arch },
    });
    expect(nativeAddon()).toBe(nativeAddon());
  });

  test("FLUXNODE_NATIVE=off chooses TypeScript and says so", () => {
    expect(run([process.execPath, probe], { FLUXNODE_NATIVE: "off" })).toEqual({
      implementation: "typescript",
      reason: "FLUXNODE_NATIVE=off",
    });
  });

  test("any other setting is refused", () => {
    expect(run([process.execPath, probe], { FLUXNODE_NATIVE: "fast" })).toMatchObject({
      name: "FluxError",
      code: "native-setting-invalid",
    });
  });

  test("a missing or broken addon is an error, not a change to TypeScript", () => {
    const copy = join(work, "checkout");
    cpSync(join(ROOT, "src/platform"), join(copy, "src/platform"), { recursive: true });
    const inCopy = join(copy, "probe.ts");
    writeFileSync(inCopy, probeSource(copy));
    const missing = run([process.execPath, inCopy]);
    expect(missing).toMatchObject({ name: "FluxError", code: "native-addon-unavailable" });
    expect(missing.hint).toContain("scripts/build-native.mjs");

    mkdirSync(join(copy, "build"));
    writeFileSync(join(copy, "build/fluxnode.node"), "not a shared object");
    expect(run([process.execPath, inCopy])).toMatchObject({ name: "FluxError", code: "native-addon-unavailable" });
    expect(run([process.execPath, inCopy], { FLUXNODE_NATIVE: "off" })).toMatchObject({ implementation: "typescript" });
  });
});

describe("in a compiled executable", () => {
  const executable = join(work, "probe");
  const goodTemporary = join(work, "tmp");
  const noTemporary = join(work, "does-not-exist");
  const dataDirectory = join(work, "data");

  beforeAll(() => {
    const probe = join(work, "compiled-probe.ts");
    writeFileSync(probe, probeSource(ROOT));
    mkdirSync(goodTemporary);
    const options = ["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"];
    const command = [process.execPath, "build", "--compile", ...options, probe, "--outfile", executable];
    const { exitCode, stderr } = Bun.spawnSync(command, { cwd: work });
    if (exitCode !== 0) throw new Error(stderr.toString());
  }, 60_000);

  test("the addon is loaded through the temporary directory, which is empty afterwards", () => {
    const result = run([executable], { TMPDIR: goodTemporary, FLUXNODE_DATADIR: dataDirectory });
    expect(result).toMatchObject({ implementation: "native", digest: EMPTY_DIGEST });
    expect(readdirSync(goodTemporary)).toEqual([]);
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test("without a usable temporary directory it is kept in the data directory", () => {
    const environment = { TMPDIR: noTemporary, FLUXNODE_DATADIR: dataDirectory };
    expect(run([executable], environment)).toMatchObject({ implementation: "native", digest: EMPTY_DIGEST });
    const folder = join(dataDirectory, "native");
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatch(/^fluxnode-[0-9a-f]{16}\.node$/);
    expect(statSync(folder).mode & 0o777).toBe(0o700);

    // A second start uses the same file; a file with other contents is replaced, not loaded.
    const file = join(folder, files[0] as string);
    const addon = readFileSync(file);
    const before = statSync(file).ino;
    expect(run([executable], environment)).toMatchObject({ implementation: "native" });
    expect(statSync(file).ino).toBe(before);
    writeFileSync(file, addon.subarray(0, 1000));
    expect(run([executable], environment)).toMatchObject({ implementation: "native" });
    expect(readFileSync(file).equals(addon)).toBe(true);
  });

  test("a folder that others may write to is not used, and the error tells both attempts", () => {
    const shared = join(work, "shared");
    mkdirSync(join(shared, "native"), { recursive: true });
    chmodSync(join(shared, "native"), 0o777);
    const result = run([executable], { TMPDIR: noTemporary, FLUXNODE_DATADIR: shared });
    expect(result).toMatchObject({ name: "FluxError", code: "native-addon-unavailable" });
    expect(result.message).toContain(noTemporary);
    expect(result.message).toContain("can be written to by other users");
    expect(result.hint).toContain("TMPDIR");
    expect(readdirSync(join(shared, "native"))).toEqual([]);
  });
});
