import type { Transaction } from "../../protocol/primitives/index.ts";
import type { ShieldedVerifier } from "../shielded/shielded-verifier.ts";
import type { Acceptance, AcceptOptions, ProofsWanted, ProofVerdict } from "./acceptance.ts";
import { decodeMempoolFile, encodeMempoolFile, restoreEstimates } from "./mempool-file.ts";
import type { FeeDelta, MempoolChange, MempoolReader } from "./mempool-reader.ts";
import type { PoolKeeper } from "./pool-keeper.ts";

/** Runs a task at one moment of the chain, while nothing else happens. What it throws concerns its caller alone. */
export type AtRest = <T>(task: () => T | Promise<T>) => Promise<T>;

/** What became of a saved memory pool. */
export interface PoolLoad {
  /** Transactions that were taken in. */
  readonly accepted: number;
  /** Transactions that are not valid, not wanted or not needed any more. */
  readonly refused: number;
  /** False if the signal ended it early. */
  readonly complete: boolean;
}

/** The memory pool of a chain. Transactions are judged for the next block, between blocks. */
export class TransactionPool {
  private readonly keeper: PoolKeeper;
  private readonly atRest: AtRest;
  private readonly verifier: ShieldedVerifier;
  private readonly listeners: Set<(change: MempoolChange) => void>;

  /** @param listeners whom the keeper tells */
  constructor(
    keeper: PoolKeeper,
    listeners: Set<(change: MempoolChange) => void>,
    atRest: AtRest,
    verifier: ShieldedVerifier,
  ) {
    this.keeper = keeper;
    this.listeners = listeners;
    this.atRest = atRest;
    this.verifier = verifier;
  }

  /** The pool as it is now; good for one synchronous look, or for several inside `chain.read(…)`. */
  get content(): MempoolReader {
    return this.keeper.pool;
  }

  /** Calls `listener` after every change, in order and while the chain rests; returns what ends that. It must not throw. */
  onChange(listener: (change: MempoolChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Judges a transaction and takes it in. Shielded proofs are verified in between, while the chain goes on.
   * @throws FluxError when proofs could not be verified or the store fails
   */
  async accept(tx: Transaction, options: AcceptOptions = {}): Promise<Acceptance> {
    let proofs: ProofVerdict | null = null;
    for (;;) {
      const verdict: ProofVerdict | null = proofs;
      const outcome: Acceptance | ProofsWanted = await this.atRest(() => this.keeper.accept(tx, options, verdict));
      if (outcome.kind !== "unproven") return outcome;
      proofs = { branchId: outcome.branchId, failure: await this.verifier.verifyShielded(outcome.jobs) };
    }
  }

  /** Adds to how a transaction, in the pool or not, is rated for blocks. */
  prioritise(txid: Uint8Array, delta: FeeDelta): Promise<void> {
    return this.atRest(() => this.keeper.pool.prioritise(txid, delta));
  }

  /** Removes a transaction and what depends on it. Returns false if it is not there. */
  remove(txid: Uint8Array): Promise<boolean> {
    return this.atRest(() => {
      const entry = this.keeper.pool.get(txid);
      if (entry) this.keeper.pool.removeWithDependants(entry, "requested");
      return entry !== undefined;
    });
  }

  /** Everything that {@link load} can bring back. */
  save(): Promise<Uint8Array> {
    return this.atRest(() => encodeMempoolFile(this.keeper.pool));
  }

  /**
   * Takes in what {@link save} saved, as far as it is still acceptable.
   * @throws DecodeError for bytes that are no saved pool; nothing is changed then
   */
  async load(bytes: Uint8Array, signal?: AbortSignal): Promise<PoolLoad> {
    const { transactions, deltas, estimates } = decodeMempoolFile(bytes);
    await this.atRest(() => {
      restoreEstimates(this.keeper.pool.estimator, estimates, this.keeper.tipHeight);
      for (const [key, delta] of deltas) this.keeper.pool.restoreDelta(key, delta);
    });
    let accepted = 0;
    let refused = 0;
    for (const { tx, time } of transactions) {
      if (signal?.aborted) return { accepted, refused, complete: false };
      const { kind } = await this.accept(tx, { time });
      if (kind === "accepted") accepted++;
      else refused++;
    }
    return { accepted, refused, complete: true };
  }
}
