import { DecodeError } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import { PRUNE_HEIGHT } from "../blocks/prune-blocks.ts";
import {
  HISTORY_HEIGHT,
  type SectionHashes,
  SNAPSHOT_BASE,
  SNAPSHOT_HASHES,
  SNAPSHOT_VERDICT,
  VALIDATED,
} from "../snapshot/index.ts";
import type { ChainState } from "../state/chain-state.ts";

/** What is known of the snapshot that a chain began with. */
export interface SnapshotStanding {
  readonly height: number;
  /** The blocks below were validated here and lead to it. */
  readonly validated: boolean;
  /** Why they do not lead to it; null if that was not found. */
  readonly problem: string | null;
}

/** Asks the chain to do work on its state at rest. */
type AtRest = <T>(task: () => T) => Promise<T>;

/** The history below the snapshot that a chain began with: the blocks that are filled in, and the verdict. */
export class SnapshotHistory {
  /** Blocks that are fetched for validation stay in the store. */
  readonly keepsBlocks: boolean;
  private readonly state: () => ChainState;
  private readonly atRest: AtRest;
  private kept = 0;
  private known: SnapshotStanding | null | undefined;

  /** @param keepsBlocks false for a chain that prunes its blocks */
  constructor(state: () => ChainState, atRest: AtRest, keepsBlocks: boolean) {
    this.state = state;
    this.atRest = atRest;
    this.keepsBlocks = keepsBlocks;
  }

  private note(key: string): string | number | undefined {
    return this.state().store.meta(key);
  }

  /** Null for a chain from genesis. */
  get standing(): SnapshotStanding | null {
    this.known ??= this.read();
    return this.known;
  }

  private read(): SnapshotStanding | null {
    const height = this.note(SNAPSHOT_BASE);
    if (typeof height !== "number") return null;
    const verdict = this.note(SNAPSHOT_VERDICT);
    const validated = verdict === VALIDATED;
    return { height, validated, problem: verdict === undefined || validated ? null : String(verdict) };
  }

  /** Hashes of the snapshot's sections; null for a chain that was begun before they were noted. */
  get hashes(): SectionHashes | null {
    const text = this.note(SNAPSHOT_HASHES);
    return typeof text === "string" ? JSON.parse(text) : null;
  }

  /** Blocks from 1 to this height were filled in and are safe on the disk. */
  get filledHeight(): number {
    return Number(this.note(HISTORY_HEIGHT) ?? 0);
  }

  /** True if the store has every block of the chain and none will be removed. */
  get isComplete(): boolean {
    return this.keepsBlocks && !this.note(PRUNE_HEIGHT);
  }

  /** Keeps the bytes of a validated block below the snapshot. Blocks come in their order. @throws FluxError when the disk refuses */
  keep(block: Block): Promise<void> {
    return this.atRest(() => {
      const state = this.state();
      const node = state.tree.get(block.header.hash);
      if (!node || !state.active.contains(node)) throw new DecodeError("a block of the history is not on the chain");
      if (!node.hasData) {
        state.storeBlock(node, block.raw);
        node.hasData = true;
        state.tree.changed(node);
      }
      this.kept = node.height;
      if (state.shouldFlush) state.flush({ [HISTORY_HEIGHT]: node.height });
    });
  }

  /** Writes what is kept so far. */
  async flush(): Promise<void> {
    const { kept } = this;
    if (kept > this.filledHeight) await this.atRest(() => this.state().flush({ [HISTORY_HEIGHT]: kept }));
  }

  /** Notes that the history is validated up to the snapshot, and complete if its blocks were kept. */
  async noteValidated(): Promise<void> {
    const { standing, keepsBlocks } = this;
    if (!standing) return;
    // A chain that was pruned for a while lacks blocks above the snapshot, too.
    const whole = Number(this.note(PRUNE_HEIGHT) ?? 0) <= standing.height;
    const filled = keepsBlocks ? { [HISTORY_HEIGHT]: standing.height } : {};
    const complete = keepsBlocks && whole ? { [PRUNE_HEIGHT]: 0 } : {};
    await this.atRest(() => this.state().flush({ [SNAPSHOT_VERDICT]: VALIDATED, ...filled, ...complete }));
    this.known = undefined;
  }

  /** Notes why the snapshot is wrong: the chain cannot be opened any more then. */
  async noteRefuted(problem: string): Promise<void> {
    await this.atRest(() => this.state().flush({ [SNAPSHOT_VERDICT]: problem }));
    this.known = undefined;
  }
}
