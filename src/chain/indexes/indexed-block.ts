import type { Block } from "../../protocol/primitives/index.ts";
import type { SpentCoin } from "../coins/index.ts";

/** An active block with what it spent. */
export interface IndexedBlock {
  /** Row of the header. */
  readonly id: number;
  readonly height: number;
  readonly block: Block;
  /** Per transaction after the coinbase, per input. */
  readonly spent: readonly (readonly SpentCoin[])[];
}
