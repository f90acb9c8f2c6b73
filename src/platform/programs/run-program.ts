import { spawn } from "node:child_process";
import { FluxError, systemErrorCode } from "../errors.ts";

export interface ProgramLimits {
  /** After this time the program and its children are killed. */
  readonly timeoutMillis: number;
  /** Of stdout and stderr each; a program that prints more is killed. */
  readonly maximumOutput: number;
  /** Kills it early. */
  readonly signal?: AbortSignal;
}

/** How a program ended. Its exit code is for the caller to judge. */
export interface ProgramResult {
  /** Null if a signal ended it. */
  readonly code: number | null;
  /** Decoded as UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs another program to its end, without a shell, and collects what it prints.
 * @throws FluxError program-missing, program-not-started, program-timeout, program-output, program-interrupted
 */
export function runProgram(path: string, args: readonly string[], limits: ProgramLimits): Promise<ProgramResult> {
  const { timeoutMillis, maximumOutput, signal } = limits;
  return new Promise((resolve, reject) => {
    const interrupted = () => new FluxError("program-interrupted", `${path} was interrupted`);
    if (signal?.aborted) return reject(interrupted());
    // A group of its own, so that what it starts can be ended with it.
    const child = spawned(path, () => spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], detached: true }));
    let failure: FluxError | null = null;
    const end = (error: FluxError) => {
      failure ??= error;
      if (child.pid !== undefined) killGroup(child.pid);
      // A grandchild in another group may hold the pipes open; nobody waits for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const seconds = Math.round(timeoutMillis / 100) / 10;
    const timer = setTimeout(
      () => end(new FluxError("program-timeout", `${path} ${args[0] ?? ""} did not end within ${seconds} s`)),
      timeoutMillis,
    );
    const interrupt = () => end(interrupted());
    signal?.addEventListener("abort", interrupt, { once: true });
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const parts: Buffer[] = [];
      let length = 0;
      stream.on("data", (part: Buffer) => {
        length += part.length;
        if (length > maximumOutput)
          end(new FluxError("program-output", `${path} printed more than was to be expected`));
        else parts.push(part);
      });
      stream.on("error", () => {});
      return () => Buffer.concat(parts).toString("utf8");
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
    };
    child.on("error", (error) => {
      done();
      reject(startError(error, path));
    });
    child.on("close", (code) => {
      done();
      if (failure) reject(failure);
      else resolve({ code, stdout: stdout(), stderr: stderr() });
    });
  });
}

/**
 * Starts a program that goes on by itself, also after this one.
 * @throws FluxError program-missing, program-not-started
 */
export function startProgram(path: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawned(path, () => spawn(path, args, { stdio: "ignore", detached: true }));
    child.on("error", (error) => reject(startError(error, path)));
    child.on("spawn", () => {
      child.unref();
      resolve();
    });
  });
}

/** Arguments that no program can be given are refused at once, and not by an event. */
function spawned<Child>(path: string, start: () => Child): Child {
  try {
    return start();
  } catch (error) {
    throw startError(error instanceof Error ? error : new Error(String(error)), path);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in this moment.
  }
}

function startError(error: Error, path: string): FluxError {
  if (systemErrorCode(error) === "ENOENT") return new FluxError("program-missing", `there is no program ${path}`);
  return new FluxError("program-not-started", `${path} cannot be started: ${error.message}`);
}
