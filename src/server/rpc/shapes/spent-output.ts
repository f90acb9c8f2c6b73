import type { OutPoint } from "../../../protocol/primitives/index.ts";
import type { ChainReader, SpentInfo } from "../context.ts";
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
