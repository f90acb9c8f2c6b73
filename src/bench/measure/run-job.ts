import { FluxError } from "../../platform/index.ts";
import { startOwnProcess } from "../../platform/own-process/index.ts";
import type { Job, JobMessage } from "./job.ts";

/** A measurement has begun, with how long it will take at most. */
export type StepListener = (step: string, expectedSeconds: number) => void;

/** The hidden command that {@link carryOutJob} stands behind. */
export const MEASURE_COMMAND: readonly string[] = ["bench", "measure"];

/**
 * Does a job in a process of its own, which is killed when `signal` fires.
 *
 * @param lowPriority lets everything else on the machine go first, on the disk, too (the kernel derives that from it)
 * @throws FluxError interrupted, disk-full, measurement-failed
 */
export async function runJob<Result>(
  job: Job,
  onStep: StepListener,
  signal: AbortSignal,
  lowPriority = false,
): Promise<Result> {
  if (signal.aborted) throw interrupted();
  let last: JobMessage | undefined;
  const listen = (line: string) => {
    if (line === "") return;
    const message = JSON.parse(line) as JobMessage;
    if ("step" in message) onStep(message.step, message.expectedSeconds);
    else last = message;
  };
  const child = startOwnProcess([...MEASURE_COMMAND, JSON.stringify(job)], listen, lowPriority);
  signal.addEventListener("abort", child.kill, { once: true });
  const { code, stderr } = await child.ended;
  signal.removeEventListener("abort", child.kill);
  if (signal.aborted) throw interrupted();
  if (last && "result" in last) return last.result as Result;
  if (last && "failure" in last) throw failure(job.kind, last.failure);
  throw new FluxError(
    "measurement-failed",
    `the process that measures ${job.kind} ended ${code === null ? "by a signal" : `with code ${code}`}`,
    { hint: stderr.trim().slice(0, 500) || "the system may have run out of memory; see its log (dmesg)" },
  );
}

function failure(kind: string, { code, message }: { code: string; message: string }): FluxError {
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new FluxError(full ? "disk-full" : "measurement-failed", `measuring ${kind}: ${message}`, {
    hint: full ? "free some space; the test file is gone already" : undefined,
  });
}

export function interrupted(): FluxError {
  return new FluxError("interrupted", "the benchmark was interrupted; nothing was kept", { kind: "interrupted" });
}
