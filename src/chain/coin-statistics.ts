import { sha256Stream } from "../platform/index.ts";
import { ByteWriter } from "../protocol/bytes/index.ts";
import { sha256 } from "../protocol/crypto/index.ts";
import type { CoinStatistics } from "./chain-reader.ts";
import { decodeTransactionCoins } from "./coins/index.ts";
import type { HeaderEntry } from "./header-entry.ts";

/** The chain-state database's base-128 number: most significant group first, every continuation stands for one more. */
function writeVarint(writer: ByteWriter, value: number): void {
  const groups = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) groups.push((--rest % 128) | 0x80);
  for (const group of groups.reverse()) writer.u8(group);
}

/**
 * Totals and hash of the coin set (spec rpc.md section 2, gettxoutsetinfo).
 * @param records all coin records in txid order (wire bytes).
 */
export function coinStatistics(
  records: Iterable<{ readonly txid: Uint8Array; readonly record: Uint8Array }>,
  tip: HeaderEntry,
): CoinStatistics {
  const hash = sha256Stream();
  hash.update(tip.hash);
  let transactions = 0;
  let outputs = 0;
  let bytes = 0;
  let totalAmount = 0n;
  for (const { txid, record } of records) {
    const coins = decodeTransactionCoins(new Uint8Array(record));
    const writer = new ByteWriter(64 * coins.outputs.length + 8);
    coins.outputs.forEach((output, index) => {
      if (!output) return;
      writeVarint(writer, index + 1);
      writer.i64(output.value).varBytes(output.script);
      outputs++;
      totalAmount += output.value;
    });
    writeVarint(writer, 0);
    hash.update(writer.finish());
    transactions++;
    bytes += txid.length + record.length;
  }
  return {
    height: tip.height,
    bestBlock: tip.hash,
    transactions,
    outputs,
    bytes,
    hash: sha256(hash.digest()),
    totalAmount,
  };
}
