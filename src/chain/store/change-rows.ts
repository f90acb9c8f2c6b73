import type { Step } from "../../platform/index.ts";
import type { Database } from "../../platform/sqlite/index.ts";
import { ByteWriter } from "../../protocol/bytes/index.ts";
import {
  type DelegateSet,
  encodeRecord,
  type FluxnodeRecord,
  writeDelegateSet,
} from "../../protocol/fluxnodes/index.ts";
import { type OutPoint, writeOutPoint } from "../../protocol/primitives/index.ts";
import type { CoinChanges } from "../coins/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { IndexChanges, IndexRows } from "../indexes/index.ts";
import type { ShieldedChanges } from "../shielded/shielded-state.ts";
import type { HeaderRows } from "./header-rows.ts";

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

function outPointBlob(outpoint: OutPoint): Uint8Array {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, outpoint);
  return writer.finish();
}

/** Of the smallest rows, of which there are most. */
const ROWS_PER_STEP = 32;

/** Writes what changed into the tables of chain.db, row by row. */
export class ChangeRows {
  private readonly headers: HeaderRows;
  private readonly indexes: IndexRows;
  private readonly statements;

  constructor(database: Database, headers: HeaderRows, indexes: IndexRows) {
    this.headers = headers;
    this.indexes = indexes;
    this.statements = {
      putMeta: database.prepare<[string, string | number]>("INSERT OR REPLACE INTO meta VALUES (?, ?)"),
      putCoins: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO coins VALUES (?, ?)"),
      deleteCoins: database.prepare<[Uint8Array]>("DELETE FROM coins WHERE txid = ?"),
      putUndo: database.prepare<[number, Uint8Array]>("INSERT OR REPLACE INTO undo VALUES (?, ?)"),
      deleteUndo: database.prepare<[number]>("DELETE FROM undo WHERE id = ?"),
      putNullifier: database.prepare<[number, Uint8Array]>("INSERT OR REPLACE INTO nullifiers VALUES (?, ?)"),
      deleteNullifier: database.prepare<[number, Uint8Array]>(
        "DELETE FROM nullifiers WHERE pool = ? AND nullifier = ?",
      ),
      putAnchor: database.prepare<[number, Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO anchors VALUES (?, ?, ?)"),
      deleteAnchor: database.prepare<[number, Uint8Array]>("DELETE FROM anchors WHERE pool = ? AND root = ?"),
      putNode: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO nodes VALUES (?, ?)"),
      deleteNode: database.prepare<[Uint8Array]>("DELETE FROM nodes WHERE outpoint = ?"),
      putDelegates: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO delegates VALUES (?, ?)"),
      deleteDelegates: database.prepare<[Uint8Array]>("DELETE FROM delegates WHERE outpoint = ?"),
    };
  }

  /** Writes everything inside the storage transaction that the caller has begun. */
  *write(changes: StoreChanges): Generator<Step> {
    for (const node of changes.headers) {
      this.headers.write(node);
      yield "step";
    }
    if (changes.active) yield* this.headers.replaceActive(changes.active.height, changes.active.ids);
    yield* this.writeCoins(changes.coins);
    yield* this.writeUndo(changes.undo);
    yield* this.writeShielded(changes.shielded);
    yield* this.writeNodes(changes.nodes);
    if (changes.indexes) yield* this.indexes.write(changes.indexes);
    this.putMeta(changes.meta);
  }

  putMeta(meta: StoreChanges["meta"]): void {
    for (const [key, value] of Object.entries(meta)) this.statements.putMeta.run(key, value);
  }

  private *writeCoins(changes: CoinChanges): Generator<Step> {
    const { putCoins, deleteCoins } = this.statements;
    let rows = 0;
    for (const { txid, record } of changes) {
      if (record) putCoins.run(txid, record);
      else deleteCoins.run(txid);
      if (++rows % ROWS_PER_STEP === 0) yield "step";
    }
  }

  private *writeUndo(changes: StoreChanges["undo"]): Generator<Step> {
    const { putUndo, deleteUndo } = this.statements;
    for (const [id, record] of changes) {
      if (record) putUndo.run(id, record);
      else deleteUndo.run(id);
      yield "step";
    }
  }

  private *writeShielded({ nullifiers, anchors }: ShieldedChanges): Generator<Step> {
    const { statements } = this;
    for (const { pool, nullifier, present } of nullifiers) {
      (present ? statements.putNullifier : statements.deleteNullifier).run(pool, nullifier);
      yield "step";
    }
    for (const { pool, root, tree } of anchors) {
      if (tree) statements.putAnchor.run(pool, root, tree);
      else statements.deleteAnchor.run(pool, root);
      yield "step";
    }
  }

  private *writeNodes({ nodes, delegates }: NodeListChanges): Generator<Step> {
    const { statements } = this;
    for (const { collateral, record } of nodes) {
      if (record) statements.putNode.run(outPointBlob(collateral), encodeRecord(record));
      else statements.deleteNode.run(outPointBlob(collateral));
      yield "step";
    }
    for (const { collateral, set } of delegates) {
      yield "step";
      if (!set) {
        statements.deleteDelegates.run(outPointBlob(collateral));
        continue;
      }
      const writer = new ByteWriter(256);
      writeDelegateSet(writer, set);
      statements.putDelegates.run(outPointBlob(collateral), writer.finish());
    }
  }
}
