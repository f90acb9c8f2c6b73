import type { Database } from "../../platform/sqlite/index.ts";
import { ByteReader, ByteWriter, bytesKey, keyBytes } from "../../protocol/bytes/index.ts";
import { type OutPoint, readOutPoint, writeOutPoint } from "../../protocol/primitives/index.ts";
import type { AddressDelta, AddressKey, AddressUtxo, SpentInfo } from "../chain-reader.ts";
import { addressBytes, scriptOfAddress } from "./address-key.ts";

const ADDRESS_SIZE = 21;

/** Stored key of an output. */
export function outPointBytes(outpoint: OutPoint): Uint8Array {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, outpoint);
  return writer.finish();
}

/** One movement of an address inside a block. */
export type BlockDelta = Omit<AddressDelta, "height">;

export function encodeDeltas(deltas: readonly BlockDelta[]): Uint8Array {
  const writer = new ByteWriter(64 * deltas.length);
  for (const delta of deltas) {
    writer
      .u32(delta.blockIndex)
      .fixed(delta.txid)
      .u32(delta.index * 2 + (delta.spending ? 1 : 0))
      .i64(delta.satoshis);
  }
  return writer.finish();
}

function decodeDeltas(bytes: Uint8Array, height: number): AddressDelta[] {
  const reader = new ByteReader(bytes);
  const deltas: AddressDelta[] = [];
  while (reader.remaining > 0) {
    const blockIndex = reader.u32();
    const txid = reader.fixed(32);
    const code = reader.u32();
    deltas.push({ height, blockIndex, txid, index: code >>> 1, spending: (code & 1) === 1, satoshis: reader.i64() });
  }
  return deltas;
}

export function encodeSpent(spent: SpentInfo): Uint8Array {
  const writer = new ByteWriter(72);
  writer.fixed(spent.txid).u32(spent.inputIndex).u32(spent.height).i64(spent.satoshis);
  if (spent.address) writer.fixed(addressBytes(spent.address));
  return writer.finish();
}

function decodeSpent(bytes: Uint8Array): SpentInfo {
  const reader = new ByteReader(bytes);
  const txid = reader.fixed(32);
  const inputIndex = reader.u32();
  const height = reader.u32();
  const satoshis = reader.i64();
  const address = reader.remaining > 0 ? { kind: reader.u8() as 1 | 2, hash: reader.fixed(20) } : null;
  return { txid, inputIndex, height, satoshis, address };
}

/** Value and height of an unspent output of an address. */
export interface AddressCoin {
  readonly satoshis: bigint;
  readonly height: number;
}

function encodeAddressCoin(coin: AddressCoin): Uint8Array {
  return new ByteWriter(12).i64(coin.satoshis).u32(coin.height).finish();
}

/** What the indexes change on disk. Keys are {@link bytesKey} forms; null removes. */
export interface IndexChanges {
  readonly transactions: ReadonlyMap<string, { readonly id: number; readonly position: number }>;
  /** By address bytes and height. */
  readonly deltas: ReadonlyMap<number, ReadonlyMap<string, Uint8Array | null>>;
  /** By address bytes followed by outpoint bytes. */
  readonly coins: ReadonlyMap<string, AddressCoin | null>;
  readonly spent: ReadonlyMap<string, SpentInfo | null>;
  readonly recreated: ReadonlyMap<string, boolean>;
}

/** The index tables of chain.db. */
export class IndexRows {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      putTransaction: database.prepare<[Uint8Array, number, number]>(
        "INSERT OR REPLACE INTO transactions VALUES (?, ?, ?)",
      ),
      transaction: database.prepare<[Uint8Array], { id: number; position: number }>(
        "SELECT id, position FROM transactions WHERE txid = ?",
      ),
      putDeltas: database.prepare<[Uint8Array, number, Uint8Array]>(
        "INSERT OR REPLACE INTO address_deltas VALUES (?, ?, ?)",
      ),
      deleteDeltas: database.prepare<[Uint8Array, number]>(
        "DELETE FROM address_deltas WHERE address = ? AND height = ?",
      ),
      deltas: database.prepare<[Uint8Array, number, number], { height: number; deltas: Uint8Array }>(
        "SELECT height, deltas FROM address_deltas WHERE address = ? AND height BETWEEN ? AND ? ORDER BY height",
      ),
      putCoin: database.prepare<[Uint8Array, Uint8Array, Uint8Array]>(
        "INSERT OR REPLACE INTO address_coins VALUES (?, ?, ?)",
      ),
      deleteCoin: database.prepare<[Uint8Array, Uint8Array]>(
        "DELETE FROM address_coins WHERE address = ? AND outpoint = ?",
      ),
      coins: database.prepare<[Uint8Array], { outpoint: Uint8Array; record: Uint8Array }>(
        "SELECT outpoint, record FROM address_coins WHERE address = ? ORDER BY outpoint",
      ),
      putSpent: database.prepare<[Uint8Array, Uint8Array]>("INSERT OR REPLACE INTO spent VALUES (?, ?)"),
      deleteSpent: database.prepare<[Uint8Array]>("DELETE FROM spent WHERE outpoint = ?"),
      spent: database.prepare<[Uint8Array], Uint8Array>("SELECT record FROM spent WHERE outpoint = ?").pluck(),
      putRecreated: database.prepare<[Uint8Array]>("INSERT OR REPLACE INTO recreated_coins VALUES (?)"),
      deleteRecreated: database.prepare<[Uint8Array]>("DELETE FROM recreated_coins WHERE outpoint = ?"),
      recreated: database.prepare<[], Uint8Array>("SELECT outpoint FROM recreated_coins").pluck(),
    };
  }

  transaction(txid: Uint8Array): { id: number; position: number } | undefined {
    return this.statements.transaction.get(txid);
  }

  /** Movements of an address between two heights, both included, in chain order. */
  deltas(address: AddressKey, from: number, to: number): AddressDelta[] {
    return this.statements.deltas
      .all(addressBytes(address), from, to)
      .flatMap((row) => decodeDeltas(row.deltas, row.height));
  }

  coins(address: AddressKey): AddressUtxo[] {
    const script = scriptOfAddress(address);
    return this.statements.coins.all(addressBytes(address)).map((row) => {
      const reader = new ByteReader(row.record);
      const satoshis = reader.i64();
      return { outpoint: readOutPoint(new ByteReader(row.outpoint)), script, satoshis, height: reader.u32() };
    });
  }

  spent(outpoint: OutPoint): SpentInfo | undefined {
    const record = this.statements.spent.get(outPointBytes(outpoint));
    return record && decodeSpent(record);
  }

  /** Keys of outputs that a reorganisation re-created. */
  recreated(): string[] {
    return this.statements.recreated.all().map(bytesKey);
  }

  write(changes: IndexChanges): void {
    const { statements } = this;
    for (const [txid, place] of changes.transactions)
      statements.putTransaction.run(keyBytes(txid), place.id, place.position);
    for (const [height, byAddress] of changes.deltas) {
      for (const [address, deltas] of byAddress) {
        if (deltas) statements.putDeltas.run(keyBytes(address), height, deltas);
        else statements.deleteDeltas.run(keyBytes(address), height);
      }
    }
    for (const [key, coin] of changes.coins) {
      const address = keyBytes(key.slice(0, ADDRESS_SIZE));
      const outpoint = keyBytes(key.slice(ADDRESS_SIZE));
      if (coin) statements.putCoin.run(address, outpoint, encodeAddressCoin(coin));
      else statements.deleteCoin.run(address, outpoint);
    }
    for (const [outpoint, spent] of changes.spent) {
      if (spent) statements.putSpent.run(keyBytes(outpoint), encodeSpent(spent));
      else statements.deleteSpent.run(keyBytes(outpoint));
    }
    for (const [outpoint, present] of changes.recreated) {
      (present ? statements.putRecreated : statements.deleteRecreated).run(keyBytes(outpoint));
    }
  }
}
