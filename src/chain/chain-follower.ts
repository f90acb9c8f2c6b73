import type { PlacedBlock } from "./chain-engine.ts";
import type { TreeRoots } from "./shielded/shielded-state.ts";

/** Keeps step with the chain: it is told of every change while nothing else happens. */
export interface ChainFollower {
  /** The tip was taken off. @param rootsBefore of the shielded trees with that block */
  disconnected(block: PlacedBlock, rootsBefore: TreeRoots): Promise<void>;
  /** A block was connected and is verified. Far behind, more blocks may already lie on top of it. */
  connected(block: PlacedBlock): void;
  /** The chain has a tip that stays for now. */
  rested(): void;
}
