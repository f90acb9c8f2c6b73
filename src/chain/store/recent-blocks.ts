import type { StoredBlock } from "../../protocol/primitives/index.ts";

/** What the bookkeeping of a block takes besides its bytes and a few for each transaction. */
const FIXED_SIZE = 500;
const TRANSACTION_SIZE = 40;

/** Blocks that were read lately, by any key, up to a size in memory. */
export class RecentBlocks {
  private readonly capacity: number;
  private readonly blocks = new Map<string, StoredBlock>();
  private size = 0;

  /** @param capacity bytes */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: string): StoredBlock | undefined {
    const block = this.blocks.get(key);
    if (block) {
      this.blocks.delete(key);
      this.blocks.set(key, block);
    }
    return block;
  }

  /** Keeps a block that is not kept yet, and lets go of those that nobody asked for in the longest time. */
  add(key: string, block: StoredBlock): void {
    this.blocks.set(key, block);
    this.size += sizeOf(block);
    for (const oldest of this.blocks.keys()) {
      if (this.size <= this.capacity) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const block = this.blocks.get(key);
    if (!block) return;
    this.blocks.delete(key);
    this.size -= sizeOf(block);
  }
}

function sizeOf({ raw, transactionCount }: StoredBlock): number {
  return FIXED_SIZE + raw.length + TRANSACTION_SIZE * transactionCount;
}
