import { type Database, openDatabase, withSqliteErrors } from "../../platform/sqlite/index.ts";
import { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";
import {
  type DelegateSet,
  decodeRecord,
  encodeRecord,
  type FluxnodeRecord,
  type NodeTable,
  readDelegateSet,
  writeDelegateSet,
} from "../../protocol/fluxnodes/index.ts";
import { type OutPoint, readOutPoint, writeOutPoint } from "../../protocol/primitives/index.ts";
import type { CoinBacking, CoinChanges } from "../coins/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import { type IndexChanges, IndexRows } from "../indexes/index.ts";
import type { PoolId, ShieldedBacking, ShieldedChanges } from "../shielded/shielded-state.ts";
import { HeaderRows } from "./header-rows.ts";
import { CHAIN_APPLICATION_ID, CHAIN_MIGRATIONS } from "./schema.ts";
import { SnapshotRows } from "./snapshot-rows.ts";

/** A node or delegate set to write; null removes it. */
export interface NodeListChanges {
  readonly nodes: readonly { readonly collateral: OutPoint; readonly record: FluxnodeRecord | null }[];
  readonly delegates: readonly { readonly collateral: OutPoint; readonly set: DelegateSet | null }[];
}

/** All that one flush makes durable together. */
export interface StoreChanges {
  readonly headers: readonly HeaderNode[];
  /** The active chain from `height` on. */
  readonly active: { readonly height: number; readonly ids: readonly number[] } | null;
  readonly coins: CoinChanges;
  /** By header row; null removes. */
  readonly undo: ReadonlyMap<number, Uint8Array | null>;
  readonly shielded: ShieldedChanges;
  readonly nodes: NodeListChanges;
  readonly indexes: IndexChanges | null;
  readonly meta: Readonly<Record<string, string | number>>;
}

const CACHE_MIB = 16;

function outPointBlob(outpoint: OutPoint): Uint8Array {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, outpoint);
  return writer.finish();
}

/** chain.db: everything about the chain except raw blocks. */
export class ChainStore implements CoinBacking, ShieldedBacking {
  readonly headers: HeaderRows;
  readonly indexes: IndexRows;
  /** Whole tables, for snapshots. */
  readonly plain: SnapshotRows;
  readonly path: string;
  private readonly database: Database;
  private readonly statements;

  /** @param cacheMib memory for its pages */
  constructor(path: string, cacheMib = CACHE_MIB) {
    this.path = path;
    const database = openDatabase(path, {
      applicationId: CHAIN_APPLICATION_ID,
      migrations: CHAIN_MIGRATIONS,
      synchronous: "full",
      cacheKib: cacheMib * 1024,
    });
    this.database = database;
    this.headers = new HeaderRows(database);
    this.indexes = new IndexRows(database);
    this.plain = new SnapshotRows(database);
    this.statements = {
      meta: database.prepare<[string], string | number>("SELECT value FROM meta WHERE key = ?").pluck(),
      putMeta: database.prepare<[string, string | number]>("INSERT OR REPLACE INTO meta VALUES (?, ?)"),
      coins: database.prepare<[Uint8Array], Uint8Array>("SELECT record FROM coins WHERE txid = ?").pluck(),
      putCoins: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO coins VALUES (?, ?)"),
      deleteCoins: database.prepare<[Uint8Array]>("DELETE FROM coins WHERE txid = ?"),
      allCoins: database.prepare<[], { txid: Uint8Array; record: Uint8Array }>(
        "SELECT txid, record FROM coins ORDER BY txid",
      ),
      coinCount: database.prepare<[], number>("SELECT count(*) FROM coins").pluck(),
      coinTxids: database.prepare<[], Uint8Array>("SELECT txid FROM coins").pluck(),
      undo: database.prepare<[number], Uint8Array>("SELECT record FROM undo WHERE id = ?").pluck(),
      putUndo: database.prepare<[number, Uint8Array]>("INSERT OR REPLACE INTO undo VALUES (?, ?)"),
      deleteUndo: database.prepare<[number]>("DELETE FROM undo WHERE id = ?"),
      nullifier: database
        .prepare<[number, Uint8Array], number>("SELECT 1 FROM nullifiers WHERE pool = ? AND nullifier = ?")
        .pluck(),
      putNullifier: database.prepare<[number, Uint8Array]>("INSERT OR REPLACE INTO nullifiers VALUES (?, ?)"),
      deleteNullifier: database.prepare<[number, Uint8Array]>(
        "DELETE FROM nullifiers WHERE pool = ? AND nullifier = ?",
      ),
      anchor: database
        .prepare<[number, Uint8Array], Uint8Array>("SELECT tree FROM anchors WHERE pool = ? AND root = ?")
        .pluck(),
      putAnchor: database.prepare<[number, Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO anchors VALUES (?, ?, ?)"),
      deleteAnchor: database.prepare<[number, Uint8Array]>("DELETE FROM anchors WHERE pool = ? AND root = ?"),
      nodes: database.prepare<[], Uint8Array>("SELECT record FROM nodes").pluck(),
      putNode: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO nodes VALUES (?, ?)"),
      deleteNode: database.prepare<[Uint8Array]>("DELETE FROM nodes WHERE outpoint = ?"),
      delegates: database.prepare<[], { outpoint: Uint8Array; record: Uint8Array }>(
        "SELECT outpoint, record FROM delegates",
      ),
      putDelegates: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO delegates VALUES (?, ?)"),
      deleteDelegates: database.prepare<[Uint8Array]>("DELETE FROM delegates WHERE outpoint = ?"),
    };
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

  coinCount(): number {
    return this.statements.coinCount.get() ?? 0;
  }

  coinTxids(): IterableIterator<Uint8Array> {
    return this.statements.coinTxids.iterate();
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
   * Writes everything in one storage transaction.
   * @throws FluxError disk-full and the like; the store then holds what it held before.
   */
  commit(changes: StoreChanges): void {
    withSqliteErrors(this.path, () => this.database.transaction(() => this.write(changes)).immediate());
  }

  /**
   * Shows `use` the store as it would be after the changes, and takes them back. Nobody else may use this store meanwhile.
   * @throws FluxError disk-full and the like, and what `use` throws
   */
  async inDraft<T>(changes: StoreChanges, use: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      withSqliteErrors(this.path, () => this.write(changes));
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
  }

  private begin(): void {
    withSqliteErrors(this.path, () => this.database.exec("BEGIN IMMEDIATE"));
  }

  putMeta(meta: StoreChanges["meta"]): void {
    for (const [key, value] of Object.entries(meta)) this.statements.putMeta.run(key, value);
  }

  private write(changes: StoreChanges): void {
    const { statements } = this;
    for (const node of changes.headers) this.headers.write(node);
    if (changes.active) this.headers.replaceActive(changes.active.height, changes.active.ids);
    for (const txid of changes.coins.deletes) statements.deleteCoins.run(txid);
    for (const { txid, record } of changes.coins.puts) statements.putCoins.run(txid, record);
    for (const [id, record] of changes.undo) {
      if (record) statements.putUndo.run(id, record);
      else statements.deleteUndo.run(id);
    }
    this.writeShielded(changes.shielded);
    this.writeNodes(changes.nodes);
    if (changes.indexes) this.indexes.write(changes.indexes);
    this.putMeta(changes.meta);
  }

  private writeShielded({ nullifiers, anchors }: ShieldedChanges): void {
    const { statements } = this;
    for (const { pool, nullifier, present } of nullifiers) {
      (present ? statements.putNullifier : statements.deleteNullifier).run(pool, nullifier);
    }
    for (const { pool, root, tree } of anchors) {
      if (tree) statements.putAnchor.run(pool, root, tree);
      else statements.deleteAnchor.run(pool, root);
    }
  }

  private writeNodes({ nodes, delegates }: NodeListChanges): void {
    const { statements } = this;
    for (const { collateral, record } of nodes) {
      if (record) statements.putNode.run(outPointBlob(collateral), encodeRecord(record));
      else statements.deleteNode.run(outPointBlob(collateral));
    }
    for (const { collateral, set } of delegates) {
      if (!set) {
        statements.deleteDelegates.run(outPointBlob(collateral));
        continue;
      }
      const writer = new ByteWriter(256);
      writeDelegateSet(writer, set);
      statements.putDelegates.run(outPointBlob(collateral), writer.finish());
    }
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
