import type { Step } from "../../platform/index.ts";
import { type Database, openDatabase, withSqliteErrors } from "../../platform/sqlite/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import type { StoredBlock, StoredTransaction } from "../../protocol/primitives/index.ts";
import { BlockChildren } from "./block-children.ts";
import { checkpoint, NO_AUTOCHECKPOINT } from "./checkpoint.ts";
import { OpenedBlocks } from "./opened-blocks.ts";
import { ReadSpan } from "./read-span.ts";
import { BLOCKS_APPLICATION_ID, BLOCKS_MIGRATIONS } from "./schema.ts";

/**
 * Raw blocks by hash. Writes collect in one storage transaction until {@link commit}; what is deleted goes with {@link commitDeletions}, so
 * that the chain's own commit can come between: it must never name a block that is not there.
 */
export class BlockStore {
  private readonly path: string;
  private readonly database: Database;
  private readonly insert;
  private readonly select;
  private readonly remove;
  private readonly doomed = new Map<string, Uint8Array>();
  private readonly selectPart;
  private readonly span: ReadSpan;
  private readonly looked = new OpenedBlocks({
    whole: (hash) => this.get(hash),
    part: (hash, start, end) => this.getPart(hash, start, end),
  });
  private open = false;

  /** @param create make the file if there is none. */
  constructor(path: string, create: boolean) {
    this.path = path;
    this.database = openDatabase(path, {
      create,
      applicationId: BLOCKS_APPLICATION_ID,
      migrations: BLOCKS_MIGRATIONS,
      synchronous: "full",
      walAutocheckpoint: NO_AUTOCHECKPOINT,
    });
    this.insert = this.database.prepare<[Uint8Array, Uint8Array]>(
      "INSERT OR REPLACE INTO blocks (hash, block) VALUES (?, ?)",
    );
    this.select = this.database.prepare<[Uint8Array], Uint8Array>("SELECT block FROM blocks WHERE hash = ?").pluck();
    this.selectPart = this.database
      .prepare<[number, number, Uint8Array], Uint8Array>("SELECT substr(block, ?, ?) FROM blocks WHERE hash = ?")
      .pluck();
    this.span = new ReadSpan(this.database);
    this.remove = this.database.prepare<[Uint8Array]>("DELETE FROM blocks WHERE hash = ?");
  }

  private begin(): void {
    if (this.open) return;
    this.span.end();
    this.database.exec("BEGIN IMMEDIATE");
    this.open = true;
  }

  /** @throws FluxError disk-full and the like; nothing of this storage transaction is kept then. */
  put(hash: Uint8Array, block: Uint8Array): void {
    const key = bytesKey(hash);
    this.looked.forget(key);
    this.doomed.delete(key);
    withSqliteErrors(this.path, () => {
      this.begin();
      this.insert.run(hash, block);
    });
  }

  get(hash: Uint8Array): Uint8Array | undefined {
    return withSqliteErrors(this.path, () => this.select.get(hash));
  }

  private getPart(hash: Uint8Array, start: number, end: number): Uint8Array | undefined {
    return withSqliteErrors(this.path, () => this.selectPart.get(start + 1, end - start, hash));
  }

  /**
   * A block for looking up parts of it; the ones asked for lately stay in memory.
   * @throws DecodeError for bytes that are no block
   */
  opened(hash: Uint8Array): StoredBlock | undefined {
    return this.looked.block(hash, bytesKey(hash));
  }

  /**
   * The transaction at a position of a block; undefined if the block is not stored, null if it has fewer.
   * @throws DecodeError for bytes that are no block
   */
  transaction(hash: Uint8Array, position: number): StoredTransaction | null | undefined {
    return this.looked.transaction(hash, bytesKey(hash), position);
  }

  /** Lets `look` read here many times for less than each time alone would cost. */
  reading<T>(look: () => T): T {
    return this.span.during(look);
  }

  /** Notes that a block is not wanted any more. Until {@link commitDeletions} its bytes are there. */
  delete(hash: Uint8Array): void {
    const key = bytesKey(hash);
    this.looked.forget(key);
    this.doomed.set(key, hash.slice());
  }

  /**
   * Makes everything put so far durable. The chain's own commit must come after it.
   * @throws FluxError as {@link put}.
   */
  *commit(): Generator<Step> {
    if (!this.open) return;
    yield "turn";
    withSqliteErrors(this.path, () => this.database.exec("COMMIT"));
    this.open = false;
    yield* checkpoint(this.database, this.path);
  }

  /**
   * Removes what was deleted. The chain's own commit must come before it.
   * @throws FluxError as {@link put}.
   */
  *commitDeletions(): Generator<Step> {
    if (this.doomed.size === 0) return;
    for (const hash of this.doomed.values()) {
      withSqliteErrors(this.path, () => {
        this.begin();
        this.remove.run(hash);
      });
      yield "step";
    }
    yield* this.commit();
    this.doomed.clear();
  }

  /** How many blocks are stored. */
  get count(): number {
    return this.database.prepare<[], number>("SELECT count(*) FROM blocks").pluck().get() ?? 0;
  }

  /** True if there is a block. */
  get holdsAny(): boolean {
    return this.database.prepare<[], number>("SELECT 1 FROM blocks LIMIT 1").pluck().get() !== undefined;
  }

  /** Which block builds on which; drop it after use. */
  children(): Promise<BlockChildren> {
    return BlockChildren.build(this.database);
  }

  private pragma(name: string): number {
    return this.database.pragma(name, { simple: true }) as number;
  }

  get sizeOnDisk(): number {
    return this.pragma("page_count") * this.pragma("page_size");
  }

  /** {@link sizeOnDisk} without the room that deleted blocks left for new ones. */
  get bytesInUse(): number {
    return (this.pragma("page_count") - this.pragma("freelist_count")) * this.pragma("page_size");
  }

  close(): void {
    // A failed write may have ended the transaction already.
    if (this.database.inTransaction) this.database.exec("ROLLBACK");
    this.database.close();
  }
}
