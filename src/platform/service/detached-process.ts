import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FluxError } from "../errors.ts";
import { fileError, OWNER_ONLY_FILE } from "../files.ts";

/** Where the bundler puts the program inside a compiled executable. */
const EMBEDDED = "/$bunfs/";
const MAX_ERROR_LENGTH = 64 * 1024;
const MAX_OUTPUT_LENGTH = 64 * 1024;

/** What to run to get this very program: the executable, and the script when it runs from its sources. */
export function ownCommand(): readonly string[] {
  return Bun.main.startsWith(EMBEDDED) ? [process.execPath] : [process.execPath, Bun.main];
}

/** A process that goes on when this one ends. */
export interface DetachedProcess {
  readonly pid: number;
  /** Its first line or document on stdout; null if it ended without one. */
  readonly firstOutput: Promise<string | null>;
  /** Resolves when it ends; it may do so long after this process. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** What it has written to stderr so far. */
  errorOutput(): string;
  terminate(): void;
}

/**
 * Starts this program once more, in a session of its own without a terminal.
 *
 * @param args what follows the name of the program
 * @param errorFile takes what it writes to stderr, appended (mode 0600)
 * @param isComplete says whether a text from its stdout is all that was waited for
 * @throws FluxError when the file cannot be opened or the program not be started
 */
export function startDetached(
  args: readonly string[],
  errorFile: string,
  isComplete: (output: string) => boolean,
): DetachedProcess {
  let descriptor: number;
  try {
    descriptor = openSync(errorFile, "a+", OWNER_ONLY_FILE);
  } catch (error) {
    throw fileError(error, "open", errorFile);
  }
  const before = fstatSync(descriptor).size;
  const [program = process.execPath, ...first] = ownCommand();
  const child = spawn(program, [...first, ...args], { detached: true, stdio: ["ignore", "pipe", descriptor] });
  const { pid } = child;
  if (pid === undefined) {
    closeSync(descriptor);
    throw new FluxError("start-failed", `${program} cannot be started once more`);
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  const firstOutput = new Promise<string | null>((resolve) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (isComplete(text) || text.length > MAX_OUTPUT_LENGTH) resolve(text);
    });
    child.stdout?.on("close", () => resolve(null));
    void ended.then(() => resolve(null));
  });
  return {
    pid,
    firstOutput,
    ended,
    errorOutput: () => textFrom(descriptor, before),
    terminate: () => void child.kill("SIGTERM"),
  };
}

function textFrom(descriptor: number, start: number): string {
  const length = Math.min(fstatSync(descriptor).size - start, MAX_ERROR_LENGTH);
  if (length <= 0) return "";
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, start)).toString("utf8");
}
