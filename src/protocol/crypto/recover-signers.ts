import { nativeAddon } from "../../platform/native/index.ts";
import { ecdsaRecoverCompactReference } from "./ecdsa-reference.ts";

/** A compact signature and what it is over. */
export interface CompactSignature {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** 65 bytes; with any other length there is no signer. */
  readonly signature: Uint8Array;
}

const DIGEST_SIZE = 32;
const SIGNATURE_SIZE = 65;
const ITEM_SIZE = DIGEST_SIZE + SIGNATURE_SIZE;
/** Length byte and the longest key. */
const RESULT_SIZE = 66;

function hasSizes({ digest, signature }: CompactSignature): boolean {
  return digest.length === DIGEST_SIZE && signature.length === SIGNATURE_SIZE;
}

/** Items of a wrong length become zeros, which nobody signed. */
function pack(items: readonly CompactSignature[]): Uint8Array {
  const packed = new Uint8Array(items.length * ITEM_SIZE);
  items.forEach((item, i) => {
    if (!hasSizes(item)) return;
    packed.set(item.digest, i * ITEM_SIZE);
    packed.set(item.signature, i * ITEM_SIZE + DIGEST_SIZE);
  });
  return packed;
}

function unpack(results: Uint8Array): (Uint8Array | null)[] {
  return Array.from({ length: results.length / RESULT_SIZE }, (_, i) => {
    const start = i * RESULT_SIZE + 1;
    const length = results[start - 1] as number;
    return length === 0 ? null : results.slice(start, start + length);
  });
}

/**
 * `ecdsaRecoverCompact` for many signatures (spec fluxnodes.md section 6.1), several times faster than one by one.
 * @returns for each item its signer's public key in the form that the signature asks for, or null.
 */
export function recoverSigners(items: readonly CompactSignature[]): (Uint8Array | null)[] {
  const native = nativeAddon();
  return native ? unpack(native.recoverSigners(pack(items))) : recoverSignersReference(items);
}

/** {@link recoverSigners} on the thread pool. */
export async function recoverSignersAsync(items: readonly CompactSignature[]): Promise<(Uint8Array | null)[]> {
  const native = nativeAddon();
  return native ? unpack(await native.recoverSignersAsync(pack(items))) : recoverSignersReference(items);
}

/** {@link recoverSigners} without the native addon. */
export function recoverSignersReference(items: readonly CompactSignature[]): (Uint8Array | null)[] {
  return items.map(({ digest, signature }) => ecdsaRecoverCompactReference(digest, signature));
}
