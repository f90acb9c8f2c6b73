import type { Acceptance, Chain } from "../../chain/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";

/** The memory pool as the relay of transactions uses it. Txids in wire order. */
export interface RelayPool {
  /** Judges a transaction from a peer and takes it in. */
  accept(tx: Transaction): Promise<Acceptance>;
  has(txid: Uint8Array): boolean;
  get(txid: Uint8Array): Transaction | undefined;
  /** All transactions. */
  list(): Iterable<Transaction>;
}

/** The memory pool of a chain. */
export function chainPool(chain: Chain): RelayPool {
  const { pool } = chain;
  return {
    accept: (tx) => pool.accept(tx, { fromPeer: true }),
    has: (txid) => pool.content.has(txid),
    get: (txid) => pool.content.get(txid)?.tx,
    list: () => pool.content.entries().map(({ tx }) => tx),
  };
}
