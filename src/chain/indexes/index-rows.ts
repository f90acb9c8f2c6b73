import type { Step } from "../../platform/index.ts";
import type { Database } from "../../platform/sqlite/index.ts";
import { keyBytes } from "../../protocol/bytes/index.ts";
import type { AddressBalance } from "../state/chain-reader.ts";

/** Where a transaction lies: row of the header, position in the block. */
export interface TransactionPlace {
  readonly id: number;
  readonly position: number;
}

/** Where an input lies. */
export interface InputPlace extends TransactionPlace {
  readonly input: number;
}

/** What one block adds to the transaction and spent indexes. */
export interface BlockPlaces {
  /** Transaction keys by position. */
  readonly transactions: BigInt64Array;
  /** Key of the output that each input spends, in the order of the block. */
  readonly spent: BigInt64Array;
  /** Number of inputs of each transaction; 0 for the coinbase. */
  readonly inputs: Uint32Array;
}

/** One run of an address's movements; a flush adds at most one for each address. */
export interface DeltaRun {
  /** Height of its first movement. */
  readonly start: number;
  readonly deltas: Uint8Array;
}

/** A run to store, or to remove. */
export interface DeltaRunChange {
  readonly address: string;
  readonly start: number;
  readonly deltas: Uint8Array | null;
}

/** Totals to store, or to remove. */
export interface BalanceChange {
  readonly address: string;
  readonly balance: AddressBalance | null;
}

/** What the indexes change on disk. Addresses and outpoints are `bytesKey` forms; null removes. */
export interface IndexChanges {
  /** Blocks to add, by row of the header. */
  readonly added: ReadonlyMap<number, BlockPlaces>;
  /** Spending inputs to remove: rows of blocks that were taken off, with their keys. */
  readonly removed: ReadonlyMap<number, BigInt64Array>;
  readonly deltas: Iterable<DeltaRunChange>;
  readonly balances: Iterable<BalanceChange>;
  readonly recreated: ReadonlyMap<string, boolean>;
}

const TRANSACTIONS_PER_STEP = 16;

/** Hardly any key has two places, and SQLite compiles a statement with parameters and an order anew each time: far more than it finds. */
function inOrder<P extends TransactionPlace>(places: P[]): P[] {
  return places.length > 1 ? places.sort((a, b) => a.id - b.id || a.position - b.position) : places;
}

/** The index tables of chain.db. */
export class IndexRows {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      addTransaction: database.prepare<[bigint, number, number]>(
        "INSERT OR REPLACE INTO transactions VALUES (?, ?, ?)",
      ),
      transaction: database.prepare<[bigint], TransactionPlace>("SELECT id, position FROM transactions WHERE key = ?"),
      addSpent: database.prepare<[bigint, number, number, number]>("INSERT OR REPLACE INTO spent VALUES (?, ?, ?, ?)"),
      removeSpent: database.prepare<[bigint, number]>("DELETE FROM spent WHERE key = ? AND id = ?"),
      spent: database.prepare<[bigint], InputPlace>("SELECT id, position, input FROM spent WHERE key = ?"),
      putDeltas: database.prepare<[Uint8Array, number, Uint8Array]>(
        "INSERT OR REPLACE INTO address_deltas VALUES (?, ?, ?)",
      ),
      deleteDeltas: database.prepare<[Uint8Array, number]>(
        "DELETE FROM address_deltas WHERE address = ? AND start = ?",
      ),
      deltas: database.prepare<[Uint8Array], DeltaRun>(
        "SELECT start, deltas FROM address_deltas WHERE address = ? ORDER BY start",
      ),
      lastDeltas: database.prepare<[Uint8Array, number], DeltaRun>(
        "SELECT start, deltas FROM address_deltas WHERE address = ? AND start < ? ORDER BY start DESC LIMIT 1",
      ),
      putBalance: database.prepare<[Uint8Array, bigint, bigint]>(
        "INSERT OR REPLACE INTO address_balances VALUES (?, ?, ?)",
      ),
      deleteBalance: database.prepare<[Uint8Array]>("DELETE FROM address_balances WHERE address = ?"),
      balance: database
        .prepare<[Uint8Array], AddressBalance>("SELECT balance, received FROM address_balances WHERE address = ?")
        .safeIntegers(),
      putRecreated: database.prepare<[Uint8Array]>("INSERT OR REPLACE INTO recreated_coins VALUES (?)"),
      deleteRecreated: database.prepare<[Uint8Array]>("DELETE FROM recreated_coins WHERE outpoint = ?"),
      recreated: database.prepare<[], Uint8Array>("SELECT outpoint FROM recreated_coins").pluck(),
    };
  }

  /** Candidates for a transaction, the block that came first at the front. */
  transaction(key: bigint): TransactionPlace[] {
    return inOrder(this.statements.transaction.all(key));
  }

  /** Candidates for the input that spent an output, the one that came first at the front. */
  spent(key: bigint): InputPlace[] {
    return inOrder(this.statements.spent.all(key));
  }

  /** Movements of an address in the order of the chain. */
  deltas(address: Uint8Array): DeltaRun[] {
    return this.statements.deltas.all(address);
  }

  /** The last run of an address that starts below a height. */
  lastDeltas(address: Uint8Array, below: number): DeltaRun | undefined {
    return this.statements.lastDeltas.get(address, below);
  }

  balance(address: Uint8Array): AddressBalance | undefined {
    return this.statements.balance.get(address);
  }

  /** Outpoints (wire form) that a reorganisation re-created. */
  recreated(): Uint8Array[] {
    return this.statements.recreated.all();
  }

  private *addPlaces(id: number, { transactions, spent, inputs }: BlockPlaces): Generator<Step> {
    const { addTransaction, addSpent } = this.statements;
    let next = 0;
    for (let position = 0; position < transactions.length; position++) {
      addTransaction.run(transactions[position] as bigint, id, position);
      const count = inputs[position] as number;
      for (let input = 0; input < count; input++) addSpent.run(spent[next++] as bigint, id, position, input);
      if (position % TRANSACTIONS_PER_STEP === 0) yield "step";
    }
  }

  *write(changes: IndexChanges): Generator<Step> {
    const { statements } = this;
    for (const [id, keys] of changes.removed) for (const key of keys) statements.removeSpent.run(key, id);
    for (const [id, places] of changes.added) yield* this.addPlaces(id, places);
    for (const { address, start, deltas } of changes.deltas) {
      if (deltas) statements.putDeltas.run(keyBytes(address), start, deltas);
      else statements.deleteDeltas.run(keyBytes(address), start);
      yield "step";
    }
    for (const { address, balance } of changes.balances) {
      if (balance) statements.putBalance.run(keyBytes(address), balance.balance, balance.received);
      else statements.deleteBalance.run(keyBytes(address));
      yield "step";
    }
    for (const [outpoint, present] of changes.recreated) {
      (present ? statements.putRecreated : statements.deleteRecreated).run(keyBytes(outpoint));
    }
  }
}
