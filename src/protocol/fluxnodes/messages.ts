import { ByteWriter, concatBytes, keyBytes, toDisplayHash } from "../bytes/index.ts";
import { sha256d } from "../crypto/index.ts";
import { type FluxnodeConfirm, formatShortOutPoint } from "../primitives/index.ts";

const MAGIC = keyBytes("Zelcash Signed Message:\n");

/** Hash that a message signature is over (spec fluxnodes.md 6.1). */
export function messageHash(message: Uint8Array): Uint8Array {
  return sha256d(new ByteWriter(message.length + 32).varBytes(MAGIC).varBytes(message).finish());
}

/** What a START's signer signs: the txid as people see it (spec fluxnodes.md 6.2). */
export function startMessage(txid: Uint8Array): Uint8Array {
  return keyBytes(toDisplayHash(txid));
}

/** What the node key signs in a CONFIRM. Neither the ip nor the benchmark fields are in it. */
export function confirmMessage({ collateral, updateType, sigTime }: FluxnodeConfirm): Uint8Array {
  return keyBytes(`${formatShortOutPoint(collateral)}${collateral.index}${updateType}${sigTime}`);
}

/** What the benchmark key signs: it covers the bytes of the node signature. */
export function benchmarkMessage({ signature, benchmarkTier, benchmarkSigTime, ip }: FluxnodeConfirm): Uint8Array {
  return concatBytes(signature, keyBytes(`${benchmarkTier}${benchmarkSigTime}${ip}`));
}
