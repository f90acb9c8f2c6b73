import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FluxError, isProcessAlive } from "../../../../src/platform/index.ts";
import { findProgram, type ProgramLimits, runProgram, startProgram } from "../../../../src/platform/programs/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxnode programs "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHELL = "/bin/sh";
/** Longer than any test takes. */
const FOREVER = "sleep 1000";
const PATIENT: ProgramLimits = { timeoutMillis: 600_000, maximumOutput: 1000 };
const HASTY: ProgramLimits = { timeoutMillis: 200, maximumOutput: 1000 };

function script(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!${SHELL}\n${text}\n`);
  chmodSync(path, mode);
  return path;
}

function codeOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => "no error",
    (error: unknown) => (error instanceof FluxError ? error.code : error),
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

/** Number that a script wrote to a file; it is there once the line is complete. */
async function writtenNumber(path: string): Promise<number> {
  await until(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"));
  return Number(readFileSync(path, "utf8"));
}

/** Dead, or dead and not yet collected by whoever inherited it. */
function hasEnded(pid: number): boolean {
  if (!isProcessAlive(pid)) return true;
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

describe("a program that ends", () => {
  test("gives its exit code and all that it printed, whatever is in path and arguments", async () => {
    const path = script("with a space", 'printf "%s|" "$@"; printf "öps" >&2; exit 3');
    expect(await runProgram(path, ["$HOME", "a b", "", "*;'"], PATIENT)).toEqual({
      code: 3,
      stdout: "$HOME|a b||*;'|",
      stderr: "öps",
    });
  });

  test("has no standard input", async () => {
    expect((await runProgram(script("reads", "cat; echo end"), [], PATIENT)).stdout).toBe("end\n");
  });

  test("by a signal has no exit code", async () => {
    expect((await runProgram(script("killed", "kill -TERM $$"), [], PATIENT)).code).toBeNull();
  });

  test("may print as much as is allowed and not a byte more, on both streams", async () => {
    const print = (count: number) => `head -c ${count} /dev/zero | tr '\\0' a`;
    expect((await runProgram(script("full", print(1000)), [], PATIENT)).stdout.length).toBe(1000);
    expect(await codeOf(runProgram(script("more", print(1001)), [], PATIENT))).toBe("program-output");
    expect(await codeOf(runProgram(script("errors", `${print(1001)} >&2`), [], PATIENT))).toBe("program-output");
  });
});

describe("a program that does not end", () => {
  test("is killed together with what it started", async () => {
    const note = join(folder, "child");
    const path = script("parent", `${FOREVER} & echo $! > '${note}'; wait`);
    const interruption = new AbortController();
    const run = codeOf(runProgram(path, [], { ...PATIENT, signal: interruption.signal }));
    const child = await writtenNumber(note);
    expect(hasEnded(child)).toBe(false);
    interruption.abort();
    expect(await run).toBe("program-interrupted");
    await until(() => hasEnded(child));
  });

  test("is given up after its time", async () => {
    expect(await codeOf(runProgram(script("hangs", FOREVER), [], HASTY))).toBe("program-timeout");
  });

  test("is not waited for by way of a grandchild that holds the pipe, in the group or out of it", async () => {
    expect(await codeOf(runProgram(script("left", `${FOREVER} & exit 0`), [], HASTY))).toBe("program-timeout");
    const note = join(folder, "away");
    const away = `setsid sh -c 'echo $$ > "${note}"; exec ${FOREVER}' & while [ ! -s "${note}" ]; do :; done`;
    const interruption = new AbortController();
    const run = codeOf(runProgram(script("away.sh", away), [], { ...PATIENT, signal: interruption.signal }));
    const child = await writtenNumber(note);
    interruption.abort();
    expect(await run).toBe("program-interrupted");
    // Whether it came to its own group in time or not, nothing is to stay behind.
    if (!hasEnded(child)) process.kill(child, "SIGKILL");
    await until(() => hasEnded(child));
  });

  test("is stopped while it floods", async () => {
    expect(await codeOf(runProgram(script("floods", "while :; do echo aaaaaaaa; done"), [], PATIENT))).toBe(
      "program-output",
    );
  });
});

describe("a program that cannot be started", () => {
  test("is missing", async () => {
    expect(await codeOf(runProgram(join(folder, "nothing"), [], PATIENT))).toBe("program-missing");
    expect(await codeOf(startProgram(join(folder, "nothing"), []))).toBe("program-missing");
  });

  test("must not be executed, or is a folder", async () => {
    const path = script("plain", "exit 0", 0o644);
    expect(await codeOf(runProgram(path, [], PATIENT))).toBe("program-not-started");
    expect(await codeOf(startProgram(path, []))).toBe("program-not-started");
    expect(await codeOf(runProgram(folder, [], PATIENT))).toBe("program-not-started");
  });

  test("gets arguments that no program can be given", async () => {
    const path = script("any", "exit 0");
    expect(await codeOf(runProgram(path, ["a\0b"], PATIENT))).toBe("program-not-started");
    expect(await codeOf(runProgram(path, ["a".repeat(1 << 23)], PATIENT))).toBe("program-not-started");
    expect(await codeOf(startProgram(path, ["a\0b"]))).toBe("program-not-started");
  });

  test("is not started when it is too late already", async () => {
    const note = join(folder, "ran");
    const path = script("late", `echo once >> '${note}'`);
    const signal = AbortSignal.abort();
    expect(await codeOf(runProgram(path, [], { ...PATIENT, signal }))).toBe("program-interrupted");
    expect((await runProgram(path, [], PATIENT)).code).toBe(0);
    expect(readFileSync(note, "utf8")).toBe("once\n");
  });
});

test("a program that goes on by itself", async () => {
  const note = join(folder, "daemon");
  await startProgram(script("daemon.sh", `echo $$ > '${note}'; exec ${FOREVER}`), []);
  const pid = await writtenNumber(note);
  expect(hasEnded(pid)).toBe(false);
  process.kill(pid, "SIGKILL");
  await until(() => hasEnded(pid));
});

describe("programs in a folder", () => {
  test("the first name that is a file counts", () => {
    const second = script("second", "");
    expect(findProgram(folder, ["first", "second"])).toBe(second);
    expect(findProgram(folder, ["first"])).toBeNull();
    expect(findProgram(tmpdir(), [folder.slice(tmpdir().length + 1)])).toBeNull();
  });

  test("what cannot be looked at is not there", () => {
    expect(findProgram(script("file", ""), ["x"])).toBeNull();
    expect(findProgram(folder, ["a\0b", "x".repeat(5000)])).toBeNull();
  });
});
