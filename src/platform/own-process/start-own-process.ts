import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
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
  if (child.pid !== undefined) {
    // Should memory run out, the system takes it from this process and not from the one that started it.
    tell(child.pid, "oom_score_adj", 1000);
    if (lowPriority) yieldToOthers(child.pid);
  }
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

function yieldToOthers(pid: number): void {
  setPriority(pid, constants.priority.PRIORITY_LOW);
  // A process of its own session is also a scheduling group of its own, and within a group of one its niceness means nothing.
  tell(pid, "autogroup", constants.priority.PRIORITY_LOW);
}

/** A wish to the kernel, which may not know of such things or not allow them. */
function tell(pid: number, file: "oom_score_adj" | "autogroup", value: number): void {
  try {
    writeFileSync(`/proc/${pid}/${file}`, `${value}`);
  } catch {
    // It is a nicety, and the process may be gone.
  }
}
