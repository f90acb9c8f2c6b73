import { ecdsaSignCompact } from "../crypto/index.ts";
import {
  EMPTY_FIELDS,
  type FluxnodeConfirm,
  type FluxnodePayload,
  makeTransaction,
  type Transaction,
} from "../primitives/index.ts";
import { benchmarkMessage, confirmMessage, messageHash, startMessage } from "./messages.ts";

const EMPTY = new Uint8Array(0);

/** A key that signs fluxnode messages. The signature says whether the public key is compressed, so this has to fit the key's listed form. */
export interface MessageKey {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly compressed: boolean;
}

/** What a benchmark key attests. */
export interface BenchmarkResult {
  readonly tier: number;
  /** Unix seconds. */
  readonly sigTime: number;
  readonly ip: string;
}

/** The transaction around a payload; everything that fluxnode transactions do not have is empty. */
export function fluxnodeTransaction(version: 5 | 6, fluxnode: FluxnodePayload): Transaction {
  return makeTransaction({ ...EMPTY_FIELDS, version, fluxnode });
}

/** Compact signature over a message (spec fluxnodes.md 6.1). */
export function signMessage(message: Uint8Array, key: MessageKey): Uint8Array {
  return ecdsaSignCompact(messageHash(message), key.secret, key.compressed);
}

/** The START with the signature of its owner, of one key of its redeem script, or of a delegate. */
export function signStart(tx: Transaction, key: MessageKey): Transaction {
  if (tx.fluxnode?.kind !== "start") throw new Error("not a START");
  return makeTransaction({ ...tx, fluxnode: { ...tx.fluxnode, signature: signMessage(startMessage(tx.txid), key) } });
}

/** The CONFIRM with the signature of the node key; a benchmark signature that it had is gone, since it covers this one. */
export function signConfirm(tx: Transaction, key: MessageKey): Transaction {
  const confirm = confirmOf(tx);
  const signature = signMessage(confirmMessage(confirm), key);
  return makeTransaction({ ...tx, fluxnode: { ...confirm, signature, benchmarkSignature: EMPTY } });
}

/** The node-signed CONFIRM with a benchmark result and the signature of the benchmark key. */
export function attestConfirm(tx: Transaction, result: BenchmarkResult, key: MessageKey): Transaction {
  const confirm: FluxnodeConfirm = {
    ...confirmOf(tx),
    benchmarkTier: result.tier,
    benchmarkSigTime: result.sigTime,
    ip: result.ip,
  };
  return makeTransaction({
    ...tx,
    fluxnode: { ...confirm, benchmarkSignature: signMessage(benchmarkMessage(confirm), key) },
  });
}

function confirmOf(tx: Transaction): FluxnodeConfirm {
  if (tx.fluxnode?.kind !== "confirm") throw new Error("not a CONFIRM");
  return tx.fluxnode;
}
