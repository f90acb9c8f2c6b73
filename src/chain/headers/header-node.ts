import type { BlockHeader } from "../../protocol/primitives/index.ts";
import { type HeaderEntry, Validity } from "../state/header-entry.ts";

/** Loads a header by its row. */
export type LoadNode = (id: number) => HeaderNode;

/** The mutable side of a {@link HeaderEntry}; only `chain/` changes it, and tells the tree that it did. */
export class HeaderNode implements HeaderEntry {
  readonly id: number;
  readonly height: number;
  readonly chainWork: bigint;
  /** Row of the parent; -1 for genesis. */
  readonly parentId: number;
  header: BlockHeader;
  validity: number = Validity.header;
  failed = false;
  failedAncestor = false;
  hasData = false;
  /** No known header builds on it. */
  leaf = true;
  transactionCount = 0;
  chainTransactionCount = 0;
  size = 0;
  sproutRoot: Uint8Array | null = null;
  sproutDelta: bigint | null = null;
  saplingDelta: bigint | null = null;
  chainSproutValue: bigint | null = null;
  chainSaplingValue: bigint | null = null;
  /** Block time made strictly increasing; set when the block is first connected. */
  logicalTime: number | null = null;
  /** Rank by arrival of the block's data in this run; 0 for blocks of earlier runs (spec block-and-pow.md section 7). */
  sequence = 0;
  private readonly load: LoadNode;
  private knownParent: HeaderNode | null | undefined;

  constructor(
    id: number,
    header: BlockHeader,
    parent: HeaderNode | number,
    chainWork: bigint,
    height: number,
    load: LoadNode,
  ) {
    this.id = id;
    this.header = header;
    this.height = height;
    this.chainWork = chainWork;
    this.load = load;
    if (typeof parent === "number") {
      this.parentId = parent;
      this.knownParent = parent < 0 ? null : undefined;
    } else {
      this.parentId = parent.id;
      this.knownParent = parent;
    }
  }

  get hash(): Uint8Array {
    return this.header.hash;
  }
  get version(): number {
    return this.header.version;
  }
  get time(): number {
    return this.header.time;
  }
  get bits(): number {
    return this.header.bits;
  }

  get parent(): HeaderNode | null {
    if (this.knownParent === undefined) this.knownParent = this.load(this.parentId);
    return this.knownParent;
  }

  /** Lets the chain of parents be collected; the next look loads the parent again. */
  forgetParent(): void {
    if (this.parentId >= 0) this.knownParent = undefined;
  }

  /** True if neither it nor a known ancestor failed. */
  get usable(): boolean {
    return !this.failed && !this.failedAncestor;
  }

  isValid(level: number): boolean {
    return this.usable && this.validity >= level;
  }
}
