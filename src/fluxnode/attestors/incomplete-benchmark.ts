import { type Attestation, refusal } from "./attestor.ts";

const MAXIMUM_SHOWN = 200;
const CONNECTED = "connected";

/** What the benchmark daemon tells of itself, as its client prints it; null where it gave no answer. */
export interface DaemonAnswers {
  /** Of `getstatus`. */
  readonly status: string | null;
  /** Of `getbenchmarks`. */
  readonly benchmarks: string | null;
}

/** Reasons that `getbenchmarks` gives, and what to do about them. */
const REASONS: readonly (readonly [pattern: RegExp, fix: string])[] = [
  [
    /speed ?test/i,
    "FluxBench could not measure the line: let it reach the speed test servers, or name one with speedtestserverid in fluxbench.conf; then call restartnodebenchmarks",
  ],
];

const STATES: Readonly<Record<string, string>> = {
  running: "wait: it measures for some minutes, and the confirmation is tried again with the next blocks",
  failed:
    "the machine is below every tier: `fluxnode bench` says what is missing; restartnodebenchmarks measures again",
};

/** Why nothing is signed while a status other than "complete" is answered, in the reference daemon's words, and what helps. */
export function incompleteBenchmark(status: string, answers: DaemonAnswers): Attestation {
  const reason = textOf(answers.benchmarks, "error");
  const cause = `Benchmarking hasn't completed, please wait until benchmarking has completed. Current status : ${status}`;
  const fluxOs = textOf(answers.status, "flux") ?? textOf(answers.status, "zelback");
  return refusal(reason === null ? cause : `${cause} (${reason})`, fixOf(status, reason, fluxOs));
}

function fixOf(status: string, reason: string | null, fluxOs: string | null): string {
  if (fluxOs !== null && fluxOs !== CONNECTED) {
    return `FluxBench does not reach FluxOS (${fluxOs}): start FluxOS and look at its log; fluxport in fluxbench.conf names its API port if that is not 16127`;
  }
  const known = REASONS.find(([pattern]) => reason !== null && pattern.test(reason));
  if (known) return known[1];
  if (reason !== null)
    return "remove what the benchmark daemon names, and let it measure again (restartnodebenchmarks)";
  // Until 2021 a machine below every tier was called that.
  const state = STATES[status === "toaster" ? "failed" : status];
  return (
    state ??
    "it is tried again with the next blocks; `fluxnode rpc getbenchstatus` shows what the benchmark daemon is doing"
  );
}

/** A text in a JSON object, in part; null for anything else and for an empty one. */
function textOf(json: string | null, name: string): string | null {
  try {
    const value: unknown = JSON.parse(json ?? "");
    const text = (value as Readonly<Record<string, unknown>> | null)?.[name];
    return typeof text === "string" && text !== "" ? text.slice(0, MAXIMUM_SHOWN) : null;
  } catch {
    return null;
  }
}
