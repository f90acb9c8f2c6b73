import { ByteReader, equalBytes } from "../bytes/index.ts";
import { sha256d } from "../crypto/index.ts";
import { type OutPoint, readOutPoint } from "./outpoint.ts";
import type { Transaction } from "./transaction.ts";
import { decodeTransaction } from "./transaction-codec.ts";
import { isFluxnodeAt, skipToInput } from "./transaction-skip.ts";

/**
 * The canonical bytes of a valid transaction, of which only what is asked for is decoded. Everything returned may be a view on them.
 * @throws DecodeError from every method if the bytes are no transaction
 */
export class StoredTransaction {
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  decode(): Transaction {
    return decodeTransaction(this.bytes);
  }

  /** Wire order. */
  txid(): Uint8Array {
    // Signatures are left out of the id of a fluxnode transaction.
    return isFluxnodeAt(this.bytes, 0) ? this.decode().txid : sha256d(this.bytes);
  }

  /** True if there is such an input and it spends the output. */
  spends(input: number, outpoint: OutPoint): boolean {
    if (isFluxnodeAt(this.bytes, 0)) return false;
    const reader = new ByteReader(this.bytes);
    if (!skipToInput(reader, input)) return false;
    const { txid, index } = readOutPoint(reader);
    return index === outpoint.index && equalBytes(txid, outpoint.txid);
  }
}
