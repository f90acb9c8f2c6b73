import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { isCompiledExecutable } from "../native/index.ts";

/** A second process of this same program. */
export interface OwnProcess {
  /** Its exit code; null if a signal ended it. Never rejects. */
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

const MAX_LINE = 1_000_000;

/**
 * Starts this program again with other arguments. What it prints arrives line by line.
 *
 * @param lowPriority lets everything else on the machine go first
 */
export function startOwnProcess(
  parameters: readonly string[],
  onLine: (line: string) => void,
  lowPriority = false,
): OwnProcess {
  // A run from the sources is the runtime with a script.
  const script = isCompiledExecutable() ? [] : [process.argv[1] ?? ""];
  const child = spawn(process.execPath, [...script, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C on a terminal goes to the whole group; only the parent should decide what it means.
    detached: true,
  });
  if (lowPriority && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let rest = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    for (const line of lines) onLine(line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-MAX_LINE);
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on("error", (error) => resolve({ code: 1, stderr: error.message }));
    child.on("close", (code) => resolve({ code, stderr }));
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}
