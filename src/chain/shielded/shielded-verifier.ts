import { FluxError } from "../../platform/index.ts";
import { SHIELDED_REJECT_REASON, type ShieldedJob } from "../../protocol/shielded/index.ts";
import { ShieldedThread } from "./shielded-thread.ts";

/** The first job that failed. */
export interface ShieldedFailure {
  /** Its index in the jobs that were given. */
  readonly index: number;
  readonly kind: ShieldedJob["kind"];
  readonly txIndex: number;
  /** The reference's reject reason. */
  readonly reason: string;
}

export interface ShieldedVerifierOptions {
  /** How many threads at most. Default 1. */
  readonly threads?: number;
  /** Milliseconds without work after which a thread ends. Default 30 000. */
  readonly idleMs?: number;
}

/** A batch shares the costly last step of its proofs, so a thread for fewer jobs does not pay. */
const MIN_JOBS_PER_THREAD = 8;

/**
 * Checks proofs and signatures of shielded transactions off the main thread. Threads are started when first needed, end when
 * idle, and do not keep the process alive.
 */
export class ShieldedVerifier {
  readonly #threads: ShieldedThread[];
  #closed = false;

  constructor({ threads = 1, idleMs = 30_000 }: ShieldedVerifierOptions = {}) {
    this.#threads = Array.from({ length: threads }, () => new ShieldedThread(idleMs));
  }

  /**
   * The first job in the given order that fails; null if all pass.
   * @throws FluxError `shielded-verifier` if the check could not be made: a thread failed or the verifier was closed.
   */
  async verifyShielded(jobs: readonly ShieldedJob[]): Promise<ShieldedFailure | null> {
    if (this.#closed)
      throw new FluxError("shielded-verifier", "shielded proofs cannot be checked: the node is stopping", {
        kind: "not-ready",
      });
    if (jobs.length === 0) return null;
    const parts = Math.min(this.#threads.length, Math.ceil(jobs.length / MIN_JOBS_PER_THREAD));
    const size = Math.ceil(jobs.length / parts);
    // Least busy first, so that two callers do not queue behind one thread.
    const threads = this.#threads.toSorted((a, b) => a.pending - b.pending);
    const results = await Promise.all(
      Array.from({ length: parts }, (_, part) =>
        (threads[part] as ShieldedThread).firstFailing(jobs.slice(part * size, (part + 1) * size)),
      ),
    );
    const part = results.findIndex((failing) => failing !== null);
    if (part === -1) return null;
    const index = part * size + (results[part] as number);
    const { kind, txIndex } = jobs[index] as ShieldedJob;
    return { index, kind, txIndex, reason: SHIELDED_REJECT_REASON[kind] };
  }

  /** Ends all threads; checks under way are rejected. */
  close(): void {
    this.#closed = true;
    for (const thread of this.#threads) thread.stop("the node is stopping");
  }
}
