import { type Clock, type DataDirectory, nextTurn } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import { type Block, decodeBlock } from "../../protocol/primitives/index.ts";
import { type Reject, reject, transactionsRoot } from "../../protocol/rules/index.ts";
import { Chain } from "../chain.ts";
import { differentParts, type SectionHashes, sectionHashesOf } from "../snapshot/index.ts";

/** Raw blocks that the second chain holds: it never goes back, and the first one keeps them if anybody does. */
const KEPT_BYTES = 64_000_000;

/** Good; a copy that is no use, of which another may be good; or the proof that the snapshot is wrong. */
export type HistoryVerdict =
  | { readonly kind: "good" }
  | { readonly kind: "copy"; readonly reject: Reject }
  | { readonly kind: "refuted"; readonly problem: string };

export interface HistoryValidationOptions {
  /** The chain that began with a snapshot. */
  readonly chain: Chain;
  /** Where the second chain lies; it must exist and be this process's alone. */
  readonly directory: Pick<DataDirectory, "file">;
  readonly clock: Clock;
}

/** Validates the blocks below a snapshot in a chain of their own, beside the one that is served, and compares where they lead. */
export class HistoryValidation {
  /** Height of the snapshot. */
  readonly target: number;
  private readonly chain: Chain;
  private readonly second: Chain;

  private constructor(chain: Chain, second: Chain, target: number) {
    this.chain = chain;
    this.second = second;
    this.target = target;
  }

  /**
   * Opens the second chain where it was left, or begins it.
   * @returns null if what is there belongs to another history than this chain's: it has to be begun anew
   * @throws FluxError as Chain.open
   */
  static async open({ chain, directory, clock }: HistoryValidationOptions): Promise<HistoryValidation | null> {
    const target = chain.history.standing?.height ?? 0;
    const { params } = chain;
    const second = await Chain.open({
      params,
      directory,
      clock,
      indexes: false,
      shieldedThreads: 1,
      pruneLimit: KEPT_BYTES,
    });
    const entry = chain.view.entryAt(second.height);
    if (second.height > target || !entry || !equalBytes(entry.hash, second.tipHash)) {
      await second.close();
      return null;
    }
    const validation = new HistoryValidation(chain, second, target);
    if (chain.history.keepsBlocks) await validation.keepOwnBlocks();
    return validation;
  }

  /** After a kill the second chain may be ahead of what was kept of its blocks. */
  private async keepOwnBlocks(): Promise<void> {
    const { history } = this.chain;
    for (let height = history.filledHeight + 1; height <= this.height; height++) {
      const entry = this.second.view.entryAt(height);
      const raw = entry && this.second.view.rawBlock(entry);
      if (!raw) return;
      await history.keep(decodeBlock(new Uint8Array(raw)));
    }
    await history.flush();
  }

  /** Height up to which blocks are valid. */
  get height(): number {
    return this.second.height;
  }

  /** Height of the first block that is wanted. */
  get firstWanted(): number {
    const { history } = this.chain;
    return (history.keepsBlocks ? Math.min(this.height, history.filledHeight) : this.height) + 1;
  }

  /**
   * Judges the next block with all checks, as if there were no snapshot, and keeps its bytes.
   * @throws FluxError when one of the stores fails
   */
  async submit(block: Block): Promise<HistoryVerdict> {
    const { known, reject: refusal } = await this.second.submitBlock(block);
    if (known === "invalid" || refusal?.scope === "hash") {
      const reason = refusal ? refusal.reason || refusal.rule : "it was refused before";
      const height = this.chain.view.entry(block.header.hash)?.height;
      return { kind: "refuted", problem: `block ${height} of its history is invalid: ${reason}` };
    }
    if (refusal) return { kind: "copy", reject: refusal };
    if (known === "valid" && !commitsTo(block)) return { kind: "copy", reject: WRONG_BODY };
    if (this.chain.history.keepsBlocks) await this.chain.history.keep(block);
    return { kind: "good" };
  }

  /**
   * Compares the state at the snapshot's height with the snapshot's.
   * @returns null if they are equal, else what is not
   */
  async compare(expected: SectionHashes, signal: AbortSignal): Promise<string | null> {
    const own = await this.second.writeSnapshot(this.target, (content) => sectionHashesOf(inTurns(content, signal)));
    const different = differentParts(own.sunk, expected);
    if (different.length === 0) return null;
    return `the blocks lead to another ${different.join(" and another ")} at height ${this.target}`;
  }

  /** Ends the work; what was done is kept. */
  async close(): Promise<void> {
    try {
      await this.second.close();
    } finally {
      await this.chain.history.flush();
    }
  }
}

/** A block that was judged before is not judged again, but this copy may hold something else. */
const WRONG_BODY = reject("block.merkle-root", "bad-txnmrklroot", 100, { scope: "copy" });

function commitsTo({ header, transactions }: Block): boolean {
  const { root, mutated } = transactionsRoot(transactions);
  return !mutated && equalBytes(root, header.merkleRoot);
}

/** Lets others go on between two pieces, and stops when nobody wants them any more. */
async function* inTurns(content: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    signal.throwIfAborted();
    yield piece;
    await nextTurn();
  }
}
