import { sha256Stream, TurnTaker } from "../../platform/index.ts";
import { ByteWriter } from "../../protocol/bytes/index.ts";
import { sha256 } from "../../protocol/crypto/index.ts";
import { decodeTransactionCoins } from "../coins/index.ts";
import type { CoinStatistics } from "./chain-reader.ts";
import type { HeaderEntry } from "./header-entry.ts";

/** The chain-state database's base-128 number: most significant group first, every continuation stands for one more. */
function writeVarint(writer: ByteWriter, value: number): void {
  const groups = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) groups.push((--rest % 128) | 0x80);
  for (const group of groups.reverse()) writer.u8(group);
}

/** Totals and hash of a coin set whose records come one after the other (spec rpc.md section 2, gettxoutsetinfo). */
export class CoinTotals {
  private readonly hash = sha256Stream();
  private transactions = 0;
  private outputs = 0;
  private bytes = 0;
  private totalAmount = 0n;

  /** @param blockHash of the block that the set belongs to, wire order */
  constructor(blockHash: Uint8Array) {
    this.hash.update(blockHash);
  }

  /**
   * Records come in txid order (wire bytes).
   * @throws DecodeError
   */
  add(txid: Uint8Array, record: Uint8Array): void {
    const coins = decodeTransactionCoins(record);
    const writer = new ByteWriter(64 * coins.outputs.length + 8);
    coins.outputs.forEach((output, index) => {
      if (!output) return;
      writeVarint(writer, index + 1);
      writer.i64(output.value).varBytes(output.script);
      this.outputs++;
      this.totalAmount += output.value;
    });
    writeVarint(writer, 0);
    this.hash.update(writer.finish());
    this.transactions++;
    this.bytes += txid.length + record.length;
  }

  /** Ends the set. */
  finish(): Omit<CoinStatistics, "height" | "bestBlock"> {
    const { transactions, outputs, bytes, totalAmount } = this;
    return { transactions, outputs, bytes, hash: sha256(this.hash.digest()), totalAmount };
  }
}

/** Coins between two looks at the time. */
const COINS_AT_ONCE = 100;

/**
 * Totals and hash of a coin set, a few coins at a time, so that others get their turn.
 * @param records all coin records in txid order (wire bytes)
 * @throws DecodeError
 */
export async function coinStatistics(
  records: Iterable<{ readonly txid: Uint8Array; readonly record: Uint8Array }>,
  tip: HeaderEntry,
): Promise<CoinStatistics> {
  const totals = new CoinTotals(tip.hash);
  const turns = new TurnTaker();
  let count = 0;
  for (const { txid, record } of records) {
    totals.add(txid, new Uint8Array(record));
    if (++count % COINS_AT_ONCE === 0) await turns.rest();
  }
  return { height: tip.height, bestBlock: tip.hash, ...totals.finish() };
}
