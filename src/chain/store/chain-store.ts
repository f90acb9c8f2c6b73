import { atOnce, type Step } from "../../platform/index.ts";
import { type Database, openDatabase, sqliteError, withSqliteErrors } from "../../platform/sqlite/index.ts";
import { ByteReader } from "../../protocol/bytes/index.ts";
import { decodeRecord, type NodeTable, readDelegateSet } from "../../protocol/fluxnodes/index.ts";
import { readOutPoint } from "../../protocol/primitives/index.ts";
import type { CoinBacking } from "../coins/index.ts";
import { IndexRows } from "../indexes/index.ts";
import type { PoolId, ShieldedBacking } from "../shielded/shielded-state.ts";
import { ChangeRows, type StoreChanges } from "./change-rows.ts";
import { checkpoint, NO_AUTOCHECKPOINT } from "./checkpoint.ts";
import { HeaderRows } from "./header-rows.ts";
import { ReadSpan } from "./read-span.ts";
import { CHAIN_APPLICATION_ID, CHAIN_MIGRATIONS } from "./schema.ts";
import { SnapshotRows } from "./snapshot-rows.ts";

const CACHE_MIB = 16;

/** Bounds of the txids that begin with a byte: from, and up to but without. */
function txidRange(firstByte: number): [Uint8Array, Uint8Array] {
  const end = firstByte < 0xff ? Uint8Array.of(firstByte + 1) : new Uint8Array(33).fill(0xff);
  return [Uint8Array.of(firstByte), end];
}

/** chain.db: everything about the chain except raw blocks. */
export class ChainStore implements CoinBacking, ShieldedBacking {
  readonly headers: HeaderRows;
  readonly indexes: IndexRows;
  /** Whole tables, for snapshots. */
  readonly plain: SnapshotRows;
  readonly path: string;
  private readonly database: Database;
  private readonly changes: ChangeRows;
  private readonly span: ReadSpan;
  private readonly statements;

  /** @param cacheMib memory for its pages */
  constructor(path: string, cacheMib = CACHE_MIB) {
    this.path = path;
    const database = openDatabase(path, {
      applicationId: CHAIN_APPLICATION_ID,
      migrations: CHAIN_MIGRATIONS,
      synchronous: "full",
      cacheKib: cacheMib * 1024,
      walAutocheckpoint: NO_AUTOCHECKPOINT,
    });
    this.database = database;
    this.headers = new HeaderRows(database);
    this.indexes = new IndexRows(database);
    this.plain = new SnapshotRows(database);
    this.changes = new ChangeRows(database, this.headers, this.indexes);
    this.span = new ReadSpan(database);
    this.statements = {
      meta: database.prepare<[string], string | number>("SELECT value FROM meta WHERE key = ?").pluck(),
      coins: database.prepare<[Uint8Array], Uint8Array>("SELECT record FROM coins WHERE txid = ?").pluck(),
      allCoins: database.prepare<[], { txid: Uint8Array; record: Uint8Array }>(
        "SELECT txid, record FROM coins ORDER BY txid",
      ),
      coinCount: database
        .prepare<[Uint8Array, Uint8Array], number>("SELECT count(*) FROM coins WHERE txid >= ? AND txid < ?")
        .pluck(),
      coinTxids: database
        .prepare<[Uint8Array, Uint8Array], Uint8Array>("SELECT txid FROM coins WHERE txid >= ? AND txid < ?")
        .pluck(),
      undo: database.prepare<[number], Uint8Array>("SELECT record FROM undo WHERE id = ?").pluck(),
      nullifier: database
        .prepare<[number, Uint8Array], number>("SELECT 1 FROM nullifiers WHERE pool = ? AND nullifier = ?")
        .pluck(),
      anchor: database
        .prepare<[number, Uint8Array], Uint8Array>("SELECT tree FROM anchors WHERE pool = ? AND root = ?")
        .pluck(),
      nodes: database.prepare<[], Uint8Array>("SELECT record FROM nodes").pluck(),
      delegates: database.prepare<[], { outpoint: Uint8Array; record: Uint8Array }>(
        "SELECT outpoint, record FROM delegates",
      ),
    };
  }

  /** Lets `look` read here many times for less than each time alone would cost. */
  reading<T>(look: () => T): T {
    return this.span.during(look);
  }

  meta(key: string): string | number | undefined {
    return this.statements.meta.get(key);
  }

  load(txid: Uint8Array): Uint8Array | undefined {
    return this.statements.coins.get(txid);
  }

  /** All coin records in txid order (wire bytes). */
  coins(): IterableIterator<{ txid: Uint8Array; record: Uint8Array }> {
    return this.statements.allCoins.iterate();
  }

  coinCount(firstByte: number): number {
    return this.statements.coinCount.get(...txidRange(firstByte)) ?? 0;
  }

  coinTxids(firstByte: number): Uint8Array[] {
    return this.statements.coinTxids.all(...txidRange(firstByte));
  }

  undo(id: number): Uint8Array | undefined {
    return this.statements.undo.get(id);
  }

  hasNullifier(pool: PoolId, nullifier: Uint8Array): boolean {
    return this.statements.nullifier.get(pool, nullifier) !== undefined;
  }

  anchor(pool: PoolId, root: Uint8Array): Uint8Array | undefined {
    const tree = this.statements.anchor.get(pool, root);
    return tree && new Uint8Array(tree);
  }

  /** Fills an empty node table with the stored list. */
  loadNodes(table: NodeTable): void {
    for (const record of this.statements.nodes.iterate()) table.put(decodeRecord(new Uint8Array(record)));
    for (const row of this.statements.delegates.iterate()) {
      table.putDelegates(
        readOutPoint(new ByteReader(new Uint8Array(row.outpoint))),
        readDelegateSet(new ByteReader(new Uint8Array(row.record))),
      );
    }
  }

  /**
   * Writes everything in one storage transaction. Between the steps the store may be read, and shows a part of the changes; nobody
   * else may write. Steps that are never finished change nothing.
   * @throws FluxError disk-full and the like; the store then holds what it held before.
   */
  *commit(changes: StoreChanges): Generator<Step> {
    const { path, database } = this;
    this.span.end();
    try {
      database.exec("BEGIN IMMEDIATE");
      yield* this.changes.write(changes);
      yield "turn";
      database.exec("COMMIT");
    } catch (error) {
      throw sqliteError(error, path);
    } finally {
      if (database.inTransaction) database.exec("ROLLBACK");
    }
    yield* checkpoint(database, path);
  }

  /**
   * Shows `use` the store as it would be after the changes, and takes them back. Nobody else may use this store meanwhile.
   * @throws FluxError disk-full and the like, and what `use` throws
   */
  async inDraft<T>(changes: StoreChanges, use: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      withSqliteErrors(this.path, () => atOnce(this.changes.write(changes)));
      return await use();
    } finally {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
    }
  }

  /**
   * Makes everything that `fill` writes durable at once, or nothing of it.
   * @throws FluxError disk-full and the like, and what `fill` throws; the store then holds what it held before.
   */
  async inTransaction(fill: () => Promise<void>): Promise<void> {
    this.begin();
    try {
      await fill();
      withSqliteErrors(this.path, () => this.database.exec("COMMIT"));
    } finally {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
    }
    atOnce(checkpoint(this.database, this.path));
  }

  private begin(): void {
    this.span.end();
    withSqliteErrors(this.path, () => this.database.exec("BEGIN IMMEDIATE"));
  }

  putMeta(meta: StoreChanges["meta"]): void {
    this.changes.putMeta(meta);
  }

  get sizeOnDisk(): number {
    return (
      (this.database.pragma("page_count", { simple: true }) as number) *
      (this.database.pragma("page_size", { simple: true }) as number)
    );
  }

  close(): void {
    this.database.close();
  }
}
