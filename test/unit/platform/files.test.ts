import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EXIT,
  exitCodeOf,
  FluxError,
  fileError,
  readTextFile,
  writeFileAtomically,
} from "../../../src/platform/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxnode-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function errorOf(work: () => unknown): FluxError {
  try {
    work();
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error("no error");
}

test("a file is replaced whole, with the mode that was asked for", () => {
  const path = join(folder, "a");
  writeFileSync(path, "old", { mode: 0o644 });
  writeFileAtomically(path, "new", 0o600);
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileAtomically(path, new Uint8Array([1, 2]), 0o640);
  expect([...readFileSync(path)]).toEqual([1, 2]);
});

test("a failed replacement leaves the old file and nothing else", () => {
  const inTheWay = join(folder, "directory");
  mkdirSync(join(inTheWay, "full"), { recursive: true });
  expect(errorOf(() => writeFileAtomically(inTheWay, "x", 0o600))).toBeInstanceOf(FluxError);
  expect(errorOf(() => writeFileAtomically(join(folder, "no/such/file"), "x", 0o600)).code).toBe("file-not-found");
  expect(readdirSync(folder).filter((name) => name.includes(".new"))).toEqual([]);
  expect(readdirSync(inTheWay)).toEqual(["full"]);
});

test("a full disk is called so", () => {
  // /dev/full accepts an open and refuses every write for lack of space.
  const error = errorOf(() => {
    try {
      writeFileSync("/dev/full", "x");
    } catch (cause) {
      throw fileError(cause, "write", "/dev/full");
    }
  });
  expect([error.code, error.message]).toEqual(["disk-full", "cannot write /dev/full: no space left"]);
});

test("reading is bounded, also where the system tells no size", () => {
  const path = join(folder, "text");
  writeFileSync(path, "12345");
  expect(readTextFile(path, 5)).toBe("12345");
  expect(errorOf(() => readTextFile(path, 4)).code).toBe("file-too-large");
  expect(errorOf(() => readTextFile("/dev/zero", 1000)).code).toBe("file-too-large");
  expect(errorOf(() => readTextFile(folder, 10)).code).toBe("is-a-directory");
  expect(errorOf(() => readTextFile(join(folder, "none"), 10)).kind).toBe("not-found");
  expect(readTextFile("/dev/null", 10)).toBe("");
});

test("exit codes are the contract with scripts", () => {
  expect(EXIT).toEqual({
    ok: 0,
    failed: 1,
    usage: 2,
    notFound: 4,
    refused: 5,
    unreachable: 6,
    notReady: 7,
    belowTier: 8,
    interrupted: 130,
  });
  const kinds = [
    "failed",
    "usage",
    "not-found",
    "refused",
    "unreachable",
    "not-ready",
    "below-tier",
    "interrupted",
  ] as const;
  expect(kinds.map(exitCodeOf)).toEqual([1, 2, 4, 5, 6, 7, 8, 130]);
});
