import { ByteReader, DecodeError, fromHex } from "../../protocol/bytes/index.ts";
import {
  type Block,
  decodeBlock,
  decodeTransaction,
  readTransaction,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import { isHexText } from "./values.ts";

function decodeHex<T>(text: string, decode: (bytes: Uint8Array) => T, failure: string): T {
  if (isHexText(text)) {
    try {
      return decode(fromHex(text));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  throw new RpcError(RpcErrorCode.deserialization, failure);
}

/** The transaction that hex text begins with; what follows it is ignored. @throws RpcError -22 */
export function transactionOfHex(text: string): Transaction {
  return decodeHex(text, decodeTransaction, "TX decode failed");
}

/** Transactions that follow each other without anything between or behind them. @throws RpcError -22 */
export function transactionsOfBytes(bytes: Uint8Array): Transaction[] {
  const reader = new ByteReader(bytes);
  const transactions: Transaction[] = [];
  try {
    while (reader.remaining > 0) transactions.push(readTransaction(reader));
  } catch (error) {
    if (error instanceof DecodeError) throw new RpcError(RpcErrorCode.deserialization, "TX decode failed");
    throw error;
  }
  return transactions;
}

/** The block that hex text begins with; what follows it is ignored. @throws RpcError -22 */
export function blockOfHex(text: string): Block {
  return decodeHex(text, decodeBlock, "Block decode failed");
}
