import type { OutPoint, Transaction } from "../../../protocol/primitives/index.ts";
import type { ChainReader, Spender, SpentInfo } from "../context.ts";
import { addressKeyOfScript } from "./address-key.ts";

/** The height that stands for "in the memory pool". */
const UNCONFIRMED = -1;

/** Who spends an output: a transaction of the memory pool, or one in a block. The chain must keep its indexes. */
export function spentOutput(reader: Pick<ChainReader, "mempool" | "spent">, outpoint: OutPoint): SpentInfo | undefined {
  const spender = reader.mempool.spender(outpoint);
  const output = spender?.entry.spent[spender.inputIndex];
  if (!spender || !output) return reader.spent(outpoint);
  return {
    txid: spender.entry.tx.txid,
    inputIndex: spender.inputIndex,
    height: UNCONFIRMED,
    satoshis: output.value,
    address: addressKeyOfScript(output.script),
  };
}

/** The outputs of a transaction. */
export function outPointsOf({ txid, outputs }: Transaction): OutPoint[] {
  return outputs.map((_, index) => ({ txid, index }));
}

/** Who spends each of the outputs: what {@link spentOutput} says, for many at once. The chain must keep its indexes. */
export function spendersOf(
  outpoints: readonly OutPoint[],
  reader: Pick<ChainReader, "mempool" | "spenders">,
): readonly (Spender | undefined)[] {
  const confirmed = reader.spenders(outpoints);
  if (reader.mempool.size === 0) return confirmed;
  return outpoints.map((outpoint, i) => {
    const spender = reader.mempool.spender(outpoint);
    if (!spender) return confirmed[i];
    return { txid: spender.entry.tx.txid, inputIndex: spender.inputIndex, height: UNCONFIRMED };
  });
}
