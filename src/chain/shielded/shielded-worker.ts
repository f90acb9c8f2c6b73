/// Entry of the thread that checks shielded proofs; started by `shielded-verifier.ts`, bundled as an entry point of its own.
import { firstFailingShieldedJob, type ShieldedJob } from "../../protocol/shielded/index.ts";

/** What the thread is asked. */
export interface ShieldedRequest {
  readonly id: number;
  readonly jobs: readonly ShieldedJob[];
}

/** What it answers: the index of the first failing job, null if all pass, or why it could not tell. */
export type ShieldedResponse =
  | { readonly id: number; readonly failing: number | null }
  | { readonly id: number; readonly error: string };

declare const self: {
  onmessage: ((event: { data: ShieldedRequest }) => void) | null;
  postMessage(message: ShieldedResponse): void;
};

self.onmessage = ({ data: { id, jobs } }) => {
  try {
    const failing = firstFailingShieldedJob(jobs, (length) => crypto.getRandomValues(new Uint8Array(length)));
    self.postMessage({ id, failing });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
