import { bytesKey, DecodeError } from "../../protocol/bytes/index.ts";
import type { ChainState } from "../state/chain-state.ts";
import type { BlockChildren } from "../store/index.ts";
import type { BlockOutcome } from "./block-outcome.ts";

/** Note of the store: blocks.db held blocks already when the chain was begun, and they are not all judged yet. */
export const BLOCKS_TO_JUDGE = "blocks_to_judge";

/** Blocks handed in without waiting for their verdicts. */
const IN_FLIGHT = 16;

/** So far below the tip an interrupted rebuild begins again, for the branches there. */
const STEP_BACK = 100;

export interface StoredBlocksChain {
  readonly state: () => ChainState;
  submit(raw: Uint8Array): Promise<BlockOutcome>;
  atRest<T>(task: () => T): Promise<T>;
}

/** Builds a chain from the blocks of a blocks.db whose chain.db is gone. */
export class StoredBlocks {
  private readonly chain: StoredBlocksChain;

  constructor(chain: StoredBlocksChain) {
    this.chain = chain;
  }

  /** True if blocks wait to be judged. */
  get pending(): boolean {
    return this.chain.state().store.meta(BLOCKS_TO_JUDGE) === 1;
  }

  /** How many blocks are stored. */
  get count(): number {
    return this.chain.state().blocks.count;
  }

  /**
   * Judges every stored block that leads back to the chain, parents first. Ended by the signal, it goes on with the next call.
   * @returns how many were judged
   * @throws FluxError when a store fails
   */
  async judge(signal: AbortSignal): Promise<number> {
    const { state } = this.chain;
    const children = await state().blocks.children();
    try {
      const judged = await this.walk(children, signal);
      if (!signal.aborted) await this.chain.atRest(() => state().flush({ [BLOCKS_TO_JUDGE]: 0 }));
      return judged;
    } finally {
      children.drop();
    }
  }

  private async walk(children: BlockChildren, signal: AbortSignal): Promise<number> {
    const { state } = this.chain;
    const { active } = state();
    const start = active.at(Math.max(0, active.height - STEP_BACK));
    let level = start ? [start.hash] : [];
    let inFlight: Promise<void>[] = [];
    let judged = 0;
    while (level.length > 0 && !signal.aborted) {
      const next = new Map<string, Uint8Array>();
      for (const parent of level) for (const hash of children.of(parent)) next.set(bytesKey(hash), hash);
      for (const hash of next.values()) {
        const raw = state().blocks.get(hash);
        if (!raw) continue;
        inFlight.push(this.submit(new Uint8Array(raw)));
        judged++;
        if (inFlight.length < IN_FLIGHT) continue;
        await Promise.all(inFlight);
        inFlight = [];
      }
      level = [...next.values()];
    }
    await Promise.all(inFlight);
    return judged;
  }

  /** Bytes that are no block are worth as much as one that is not there: it is downloaded when its turn comes. */
  private submit(raw: Uint8Array): Promise<void> {
    const done = this.chain.submit(raw).then(
      () => {},
      (error: unknown) => {
        if (!(error instanceof DecodeError)) throw error;
      },
    );
    // Whoever hands them in may fail before he looks.
    done.catch(() => {});
    return done;
  }
}
