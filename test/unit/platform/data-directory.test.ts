import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDataDirectory,
  dataDirectory,
  existingDataDirectory,
  FluxError,
  resolveDataDirectory,
} from "../../../src/platform/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxnode-datadir-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FluxError) return error.code;
    throw error;
  }
  return "no error";
}

describe("which directory", () => {
  const environment = { HOME: "/home/op", FLUXNODE_DATADIR: "/srv/flux" };

  test("the option wins over the environment, which wins over the default", () => {
    expect(resolveDataDirectory("/tmp/x", environment)).toBe("/tmp/x");
    expect(resolveDataDirectory(undefined, environment)).toBe("/srv/flux");
    expect(resolveDataDirectory(undefined, { HOME: "/home/op" })).toBe("/home/op/.fluxnode");
  });

  test("paths become absolute, a leading tilde is the home directory", () => {
    expect(resolveDataDirectory("here", environment)).toBe(join(process.cwd(), "here"));
    expect(resolveDataDirectory("~/n1", environment)).toBe("/home/op/n1");
    expect(resolveDataDirectory("~", environment)).toBe("/home/op");
    expect(codeOf(() => resolveDataDirectory("", environment))).toBe("datadir-empty");
  });

  test("main lies in the root, every other network in a folder with its name", () => {
    expect(dataDirectory("/d", "main").file("chain.db")).toBe("/d/chain.db");
    expect(dataDirectory("/d", "my-net.2").file("chain.db")).toBe("/d/my-net.2/chain.db");
  });

  test("a network's name cannot lead out of the directory", () => {
    for (const name of ["..", ".", "a/b", "../x", "/etc", "", "x".repeat(65), ".hidden", "a\0b", "a b"]) {
      expect(codeOf(() => dataDirectory("/d", name))).toBe("network-name-invalid");
    }
  });
});

describe("on disk", () => {
  test("new directories are private, existing ones keep their mode", () => {
    const root = join(folder, "new/deep");
    createDataDirectory(root, "test");
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, "test")).mode & 0o777).toBe(0o700);
    const shared = join(folder, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o755);
    createDataDirectory(shared, "main");
    expect(statSync(shared).mode & 0o777).toBe(0o755);
  });

  test("a file in the way is reported and kept", () => {
    const path = join(folder, "file");
    writeFileSync(path, "keep");
    expect(codeOf(() => createDataDirectory(path, "main"))).toBe("not-a-directory");
    expect(codeOf(() => createDataDirectory(path, "test"))).toBe("not-a-directory");
    expect(codeOf(() => existingDataDirectory(path, "main"))).toBe("not-a-directory");
    expect(statSync(path).size).toBe(4);
  });

  test("reading creates nothing", () => {
    expect(codeOf(() => existingDataDirectory(join(folder, "absent"), "main"))).toBe("datadir-not-found");
    expect(readdirSync(folder)).not.toContain("absent");
  });
});
