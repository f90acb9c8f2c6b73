import { FluxError } from "../platform/index.ts";
import { chainFailure } from "./chain-failure.ts";
import { Listeners } from "./listeners.ts";
import { SerialQueue } from "./serial-queue.ts";

/**
 * True for refusals of what was asked for, because it must not be done or cannot be checked just now. A store that another process has
 * locked is refused, too, but in the midst of the work.
 */
function leftChainAlone(error: unknown): boolean {
  if (!(error instanceof FluxError) || error.code === "database-locked") return false;
  return error.kind === "refused" || error.kind === "not-ready";
}

/**
 * Work on the chain, one piece after the other. What fails in a way that no rule foresees leaves memory and disk apart, so nothing is
 * written any more and every later piece fails with the same error.
 */
export class ChainWork {
  /** Told once, when the chain broke. */
  readonly failures = new Listeners<unknown>();
  private readonly path: string;
  private readonly queue = new SerialQueue();
  private failure: FluxError | null = null;
  private closed = false;

  /** @param path of chain.db, for errors */
  constructor(path: string) {
    this.path = path;
  }

  /** True if nothing is done or waits to be done, and something could be. */
  get resting(): boolean {
    return this.queue.idle && this.failure === null && !this.closed;
  }

  /** @throws FluxError what broke the chain, chain-closed, and refusals of the task itself, which break nothing */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    return this.queue.run(async () => {
      if (this.failure !== null) throw this.failure;
      if (this.closed) throw new FluxError("chain-closed", "the chain is closed", { kind: "not-ready" });
      try {
        return await task();
      } catch (error) {
        if (leftChainAlone(error)) throw error;
        this.failure = chainFailure(error, this.path);
        this.failures.tell(this.failure);
        throw this.failure;
      }
    });
  }

  /**
   * Ends the work after what is queued; only the first call does anything.
   * @param save is left out when the chain is broken
   * @param release is always done
   */
  close(save: () => Promise<void>, release: () => void): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) return;
      this.closed = true;
      try {
        if (this.failure === null) await save();
      } finally {
        release();
      }
    });
  }
}
