import { nativeAddon } from "../../platform/native/index.ts";
import {
  ecdsaRecoverCompactReference,
  ecdsaSignCompactReference,
  ecdsaSignReference,
  ecdsaVerifyReference,
  publicKeyCreateReference,
  publicKeyDecompressReference,
  publicKeyIsValidReference,
} from "./ecdsa-reference.ts";

/**
 * Verifies an ECDSA signature over secp256k1 as consensus does (spec block-and-pow.md section 5.4, transactions.md
 * section 7): strict DER without a hash-type byte, any s, a public key of 33 or 65 bytes in compressed, uncompressed or
 * hybrid form.
 * @param digest 32 bytes.
 * @returns false for anything invalid, whatever its length.
 */
export function ecdsaVerify(digest: Uint8Array, derSignature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    nativeAddon()?.ecdsaVerify(digest, derSignature, publicKey) ?? ecdsaVerifyReference(digest, derSignature, publicKey)
  );
}

/**
 * Signs a 32-byte digest with the deterministic nonce of RFC 6979; low s.
 * @returns DER, 70 to 72 bytes as a rule.
 * @throws RangeError for a digest of another length or a secret key that is zero or not below the group order.
 */
export function ecdsaSign(digest: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return nativeAddon()?.ecdsaSign(digest, secretKey) ?? ecdsaSignReference(digest, secretKey);
}

/**
 * Signs a 32-byte digest so that the public key can be recovered (spec fluxnodes.md section 6.1).
 * @param compressed the form of public key that the signature stands for.
 * @returns 65 bytes: header 27 + recovery id + (compressed ? 4 : 0), then r and s, big endian.
 * @throws RangeError as {@link ecdsaSign}.
 */
export function ecdsaSignCompact(digest: Uint8Array, secretKey: Uint8Array, compressed: boolean): Uint8Array {
  return (
    nativeAddon()?.ecdsaSignCompact(digest, secretKey, compressed) ??
    ecdsaSignCompactReference(digest, secretKey, compressed)
  );
}

/**
 * The public key that made a 65-byte compact signature, 33 or 65 bytes as its header says; null if there is none. Only
 * the header modulo 8 counts (spec fluxnodes.md section 6.1).
 */
export function ecdsaRecoverCompact(digest: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const native = nativeAddon();
  return native ? native.ecdsaRecoverCompact(digest, signature) : ecdsaRecoverCompactReference(digest, signature);
}

/**
 * The public key of a secret key: 33 bytes compressed or 65 bytes uncompressed.
 * @throws RangeError for a secret key of another length than 32 bytes, zero or not below the group order.
 */
export function publicKeyCreate(secretKey: Uint8Array, compressed: boolean): Uint8Array {
  return nativeAddon()?.publicKeyCreate(secretKey, compressed) ?? publicKeyCreateReference(secretKey, compressed);
}

/** Whether the bytes are a point of the curve in one of the forms that {@link ecdsaVerify} takes. */
export function publicKeyIsValid(publicKey: Uint8Array): boolean {
  return nativeAddon()?.publicKeyIsValid(publicKey) ?? publicKeyIsValidReference(publicKey);
}

/** A public key of any form in its 65-byte form with prefix 04; null if it is not valid. */
export function publicKeyDecompress(publicKey: Uint8Array): Uint8Array | null {
  const native = nativeAddon();
  return native ? native.publicKeyDecompress(publicKey) : publicKeyDecompressReference(publicKey);
}
