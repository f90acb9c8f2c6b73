import type { NetworkParams } from "../../protocol/params/index.ts";
import { type HeaderNode, HeaderPath } from "../headers/index.ts";
import type { ChainState } from "./chain-state.ts";
import type { HeaderEntry } from "./header-entry.ts";

/** What a view looks at. */
export interface ViewedChain {
  readonly state: ChainState;
  readonly bestHeader: HeaderNode;
  readonly initialDownload: boolean;
}

/**
 * Headers, raw blocks and the active chain as they are this very moment, without waiting. Blocks may be in work: the tip may
 * turn out to be invalid, and in a reorganisation it may be any block of either branch. Answers good for one moment come from
 * `chain.read(…)`.
 */
export class ChainView {
  private readonly look: () => ViewedChain;
  private path: { readonly state: ChainState; readonly branch: HeaderPath } | null = null;

  constructor(look: () => ViewedChain) {
    this.look = look;
  }

  get params(): NetworkParams {
    return this.look().state.params;
  }

  get tip(): HeaderEntry {
    return this.look().state.active.tip as HeaderNode;
  }

  /** Header with the most work, of whatever validity. */
  get bestHeader(): HeaderEntry {
    return this.look().bestHeader;
  }

  /** True until the tip is recent (spec block-and-pow.md section 7). */
  get initialDownload(): boolean {
    return this.look().initialDownload;
  }

  /** Any known header by hash (wire order). */
  entry(hash: Uint8Array): HeaderEntry | undefined {
    return this.look().state.tree.get(hash);
  }

  /** Block of the active chain at a height. */
  entryAt(height: number): HeaderEntry | undefined {
    return this.look().state.active.at(height);
  }

  isActive(entry: HeaderEntry): boolean {
    return this.entryAt(entry.height)?.id === entry.id;
  }

  /** Successor on the active chain. */
  next(entry: HeaderEntry): HeaderEntry | undefined {
    return this.isActive(entry) ? this.entryAt(entry.height + 1) : undefined;
  }

  /** The best header's ancestor at a height. */
  bestHeaderAt(height: number): HeaderEntry | undefined {
    return this.bestBranch().at(height);
  }

  /** The best header's ancestors from one height to another, ascending; fewer where the branch ends before. */
  bestHeaders(from: number, to: number): HeaderEntry[] {
    const branch = this.bestBranch();
    const entries: HeaderEntry[] = [];
    for (let height = from; height <= to; height++) {
      const entry = branch.at(height);
      if (!entry) break;
      entries.push(entry);
    }
    return entries;
  }

  private bestBranch(): HeaderPath {
    const { state, bestHeader } = this.look();
    if (this.path?.state !== state) {
      this.path = { state, branch: new HeaderPath(state.active, (id) => state.tree.byId(id)) };
    }
    this.path.branch.follow(bestHeader);
    return this.path.branch;
  }

  /** Stored bytes of a block; undefined if never received or pruned. */
  rawBlock(entry: HeaderEntry): Uint8Array | undefined {
    return this.look().state.rawBlock(entry as HeaderNode);
  }

  /** True if a transaction (txid in wire order) has unspent outputs. */
  hasUnspent(txid: Uint8Array): boolean {
    return this.look().state.coins.hasTransaction(txid);
  }
}
