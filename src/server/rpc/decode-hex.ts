import { DecodeError, fromHex } from "../../protocol/bytes/index.ts";
import { type Block, decodeBlock, decodeTransaction, type Transaction } from "../../protocol/primitives/index.ts";
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

/** The block that hex text begins with; what follows it is ignored. @throws RpcError -22 */
export function blockOfHex(text: string): Block {
  return decodeHex(text, decodeBlock, "Block decode failed");
}
