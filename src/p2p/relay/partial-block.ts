import { equalBytes } from "../../protocol/bytes/index.ts";
import { type Block, decodeBlock, encodeBlock, type Transaction } from "../../protocol/primitives/index.ts";
import { transactionsRoot } from "../../protocol/rules/index.ts";
import { type CompactBlock, MAX_16_BIT, ProtocolViolation } from "../messages/index.ts";
import { shortIds } from "../serve/short-ids.ts";

/** A block has no more transactions than this by any rule. */
const MAX_TRANSACTIONS = 20_000;

/** A compact block on its way to become a whole one (spec p2p.md 3.7). */
export class PartialBlock {
  private readonly header: CompactBlock["header"];
  private readonly transactions: (Transaction | null)[];

  /** @throws ProtocolViolation for a structure that no block has */
  constructor({ header, nonce, shortIds: ids, prefilled }: CompactBlock, candidates: Iterable<Transaction>) {
    const count = ids.length + prefilled.length;
    if (count === 0 || count > MAX_TRANSACTIONS) throw new ProtocolViolation("compact block of impossible size", 100);
    this.header = header;
    this.transactions = new Array<Transaction | null>(count).fill(null);
    let place = -1;
    prefilled.forEach(({ offset, transaction }, i) => {
      const { inputs, outputs } = transaction;
      if (inputs.length === 0 && outputs.length === 0) throw new ProtocolViolation("compact block with nothing", 100);
      place += offset + 1;
      if (place > MAX_16_BIT || place > ids.length + i)
        throw new ProtocolViolation("compact block with a bad index", 100);
      this.transactions[place] = transaction;
    });
    this.fill(ids, shortIds(header, nonce), candidates);
  }

  private fill(ids: readonly number[], idOf: (txid: Uint8Array) => number, candidates: Iterable<Transaction>): void {
    const places = new Map<number, number>();
    const open = this.transactions.flatMap((tx, i) => (tx === null ? [i] : []));
    const twice = new Set<number>();
    ids.forEach((id, i) => {
      if (places.has(id)) twice.add(id);
      places.set(id, open[i] as number);
    });
    // Two transactions of the block with one id: then ids say nothing.
    if (twice.size > 0) return;
    const filledBy = new Map<number, Transaction>();
    for (const tx of candidates) {
      const place = places.get(idOf(tx.txid));
      if (place === undefined) continue;
      const other = filledBy.get(place);
      if (other && !equalBytes(other.txid, tx.txid)) this.transactions[place] = null;
      else this.transactions[place] = tx;
      filledBy.set(place, tx);
      if (filledBy.size === places.size) return;
    }
  }

  /** Places that no known transaction fills. */
  get missing(): number[] {
    return this.transactions.flatMap((tx, i) => (tx === null ? [i] : []));
  }

  /** The whole block; null if these are not the missing transactions. */
  complete(missing: readonly Transaction[]): Block | null {
    const rest = [...missing];
    const transactions: Transaction[] = [];
    for (const tx of this.transactions) {
      const next = tx ?? rest.shift();
      if (!next) return null;
      transactions.push(next);
    }
    if (rest.length > 0) return null;
    // Ids may meet by chance: then the block is not the one that was meant.
    if (!equalBytes(transactionsRoot(transactions).root, this.header.merkleRoot)) return null;
    return decodeBlock(encodeBlock(this.header, transactions));
  }
}
