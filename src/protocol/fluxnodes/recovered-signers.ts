import { equalBytes } from "../bytes/index.ts";
import { type CompactSignature, ecdsaRecoverCompact, hash160, recoverSignersAsync } from "../crypto/index.ts";
import type { Transaction } from "../primitives/index.ts";
import { benchmarkMessage, confirmMessage, messageHash, startMessage } from "./messages.ts";

interface RecoveredSigner {
  readonly digest: Uint8Array;
  /** Hash160 of the signer's key; null if there is none. */
  readonly keyHash: Uint8Array | null;
}

/** By the signature's own bytes object, so that what was recovered lives as long as the transaction. */
const recovered = new WeakMap<Uint8Array, RecoveredSigner>();

function messagesOf(tx: Transaction): CompactSignature[] {
  const node = tx.fluxnode;
  if (node?.kind === "start") return [{ digest: messageHash(startMessage(tx.txid)), signature: node.signature }];
  if (node?.kind !== "confirm") return [];
  return [
    { digest: messageHash(confirmMessage(node)), signature: node.signature },
    { digest: messageHash(benchmarkMessage(node)), signature: node.benchmarkSignature },
  ];
}

/**
 * Recovers the signers of all fluxnode transactions of a block together, off the main thread; checks of these transaction objects
 * then only compare key hashes. Recovery needs no node list, and most of the work of a Proof-of-Node block is here.
 */
export async function recoverFluxnodeSigners(transactions: readonly Transaction[]): Promise<void> {
  const items = transactions.flatMap((tx) => messagesOf(tx));
  if (items.length < 2) return;
  const signers = await recoverSignersAsync(items);
  items.forEach(({ digest, signature }, i) => {
    const signer = signers[i];
    recovered.set(signature, { digest, keyHash: signer ? hash160(signer) : null });
  });
}

/** Hash160 of the key that made a compact signature, in the form that its header asks for; null if nobody did. */
export function signerKeyHash(digest: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const known = recovered.get(signature);
  if (known && equalBytes(known.digest, digest)) return known.keyHash;
  const signer = ecdsaRecoverCompact(digest, signature);
  return signer && hash160(signer);
}
