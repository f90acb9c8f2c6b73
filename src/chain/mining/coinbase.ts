import { isActive, type NetworkParams } from "../../protocol/params/index.ts";
import {
  makeTransaction,
  NULL_OUTPOINT,
  type Transaction,
  type TxOutput,
  transparentFields,
} from "../../protocol/primitives/index.ts";
import { heightPush } from "../../protocol/script/index.ts";

const EMPTY = new Uint8Array(0);
const FINAL_SEQUENCE = 0xffffffff;

/**
 * The coinbase of a new block as the reference lays it out: the height and OP_0 in its script (spec block-and-pow.md section 8).
 * @param extra what follows in the script; at most 90 bytes
 */
export function makeCoinbase(
  height: number,
  outputs: readonly TxOutput[],
  params: NetworkParams,
  extra: Uint8Array = EMPTY,
): Transaction {
  const sapling = isActive(params, "acadia", height);
  const scriptSig = Uint8Array.of(...heightPush(height), 0, ...extra);
  const input = { prevout: NULL_OUTPOINT, scriptSig, sequence: FINAL_SEQUENCE };
  return makeTransaction(transparentFields(sapling, [input], outputs));
}
