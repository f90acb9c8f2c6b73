import { StoredBlock, StoredTransaction } from "../../protocol/primitives/index.ts";
import { plainBytes } from "./plain-bytes.ts";
import { RecentValues } from "./recent-values.ts";

/** Bytes of blocks that are kept for those who read here and there. */
const RECENT_BYTES = 16 << 20;
/** The same of where their transactions start: forty times as many blocks. */
const OFFSETS_BYTES = 4 << 20;

/** What the bookkeeping of a block takes besides its bytes and a few for each transaction. */
const BLOCK_SIZE = 500;
const TRANSACTION_SIZE = 40;
/** The same for its offsets. */
const LIST_SIZE = 300;

/** Where the bytes of blocks come from. Hashes are in wire order. */
export interface BlockBytes {
  whole(hash: Uint8Array): Uint8Array | undefined;
  /** Some of the bytes of a block. */
  part(hash: Uint8Array, start: number, end: number): Uint8Array | undefined;
}

/** Looks up parts of stored blocks. The blocks asked for lately stay in memory; of many more it is known where their transactions are. */
export class OpenedBlocks {
  private readonly bytes: BlockBytes;
  private readonly blocks: RecentValues<StoredBlock>;
  private readonly offsets: RecentValues<Uint32Array>;

  /** @param blockBytes memory for blocks */
  constructor(bytes: BlockBytes, blockBytes = RECENT_BYTES, offsetsBytes = OFFSETS_BYTES) {
    this.bytes = bytes;
    this.blocks = new RecentValues(
      blockBytes,
      ({ raw, transactionCount }) => BLOCK_SIZE + raw.length + TRANSACTION_SIZE * transactionCount,
    );
    this.offsets = new RecentValues(offsetsBytes, ({ byteLength }) => LIST_SIZE + byteLength);
  }

  /**
   * A block; undefined if it is not stored.
   * @param key of its hash
   * @throws DecodeError for bytes that are no block
   */
  block(hash: Uint8Array, key: string): StoredBlock | undefined {
    const known = this.blocks.get(key);
    if (known) return known;
    const raw = this.bytes.whole(hash);
    if (!raw) return undefined;
    const block = new StoredBlock(plainBytes(raw));
    this.blocks.add(key, block);
    this.offsets.add(key, block.offsets);
    return block;
  }

  /**
   * The transaction at a position of a block; undefined if the block is not stored, null if it has fewer. Of a block that is not in
   * memory only the transaction is read if that is possible: it is a small part of the block.
   * @param key of its hash
   * @throws DecodeError for bytes that are no block
   */
  transaction(hash: Uint8Array, key: string, position: number): StoredTransaction | null | undefined {
    const known = this.blocks.get(key);
    const offsets = known ? undefined : this.offsets.get(key);
    if (!offsets) {
      const block = known ?? this.block(hash, key);
      return block && (block.at(position) ?? null);
    }
    const start = offsets[position];
    const end = offsets[position + 1];
    if (start === undefined || end === undefined) return null;
    const bytes = this.bytes.part(hash, start, end);
    return bytes && new StoredTransaction(plainBytes(bytes));
  }

  /** Has to be told of every block that is stored anew or removed. */
  forget(key: string): void {
    this.blocks.forget(key);
    this.offsets.forget(key);
  }
}
