import { secp256k1 } from "@noble/curves/secp256k1.js";
import { parseDerSignature } from "./der-signature.ts";

type Point = InstanceType<typeof secp256k1.Point>;

const ORDER = secp256k1.Point.CURVE().n;
const DIGEST_SIZE = 32;
const COMPACT_SIZE = 65;
const UNCOMPRESSED = 0x04;
const HYBRID_EVEN = 0x06;
const HYBRID_ODD = 0x07;

/** The digest is hashed already, high s is normal, and there must be no randomness in what is made. */
const VERIFY = { prehash: false, lowS: false, format: "compact" } as const;
const SIGN = { prehash: false, lowS: true, extraEntropy: false } as const;

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return value;
}

function parsePublicKey(publicKey: Uint8Array): Point | null {
  let bytes = publicKey;
  const prefix = publicKey[0];
  if (publicKey.length === 65 && (prefix === HYBRID_EVEN || prefix === HYBRID_ODD)) {
    if (((publicKey[64] as number) & 1) !== (prefix & 1)) return null;
    bytes = publicKey.slice();
    bytes[0] = UNCOMPRESSED;
  }
  if (bytes.length !== 33 && bytes.length !== 65) return null;
  try {
    return secp256k1.Point.fromBytes(bytes);
  } catch {
    return null;
  }
}

function checkSigning(digest: Uint8Array, secretKey: Uint8Array): void {
  if (digest.length !== DIGEST_SIZE) throw new RangeError(`digest must have 32 bytes, not ${digest.length}`);
  checkSecret(secretKey);
}

function checkSecret(secretKey: Uint8Array): void {
  if (!secp256k1.utils.isValidSecretKey(secretKey)) {
    throw new RangeError("secretKey is zero or not below the group order");
  }
}

/** `ecdsaVerify` without the native addon. */
export function ecdsaVerifyReference(digest: Uint8Array, derSignature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = parsePublicKey(publicKey);
  const numbers = parseDerSignature(derSignature, ORDER);
  if (digest.length !== DIGEST_SIZE || !key || !numbers || numbers.r === 0n || numbers.s === 0n) return false;
  const signature = new secp256k1.Signature(numbers.r, numbers.s);
  return secp256k1.verify(signature.toBytes("compact"), digest, key.toBytes(true), VERIFY);
}

/**
 * `ecdsaSign` without the native addon. The same bytes for every digest below the group order; above it RFC 6979
 * reduces the digest before it derives the nonce, which libsecp256k1 does not do.
 */
export function ecdsaSignReference(digest: Uint8Array, secretKey: Uint8Array): Uint8Array {
  checkSigning(digest, secretKey);
  return secp256k1.sign(digest, secretKey, { ...SIGN, format: "der" });
}

/** `ecdsaSignCompact` without the native addon; as for {@link ecdsaSignReference}. */
export function ecdsaSignCompactReference(digest: Uint8Array, secretKey: Uint8Array, compressed: boolean): Uint8Array {
  checkSigning(digest, secretKey);
  const signature = secp256k1.sign(digest, secretKey, { ...SIGN, format: "recovered" });
  signature[0] = 27 + (signature[0] as number) + (compressed ? 4 : 0);
  return signature;
}

/** `ecdsaRecoverCompact` without the native addon. */
export function ecdsaRecoverCompactReference(digest: Uint8Array, signature: Uint8Array): Uint8Array | null {
  if (digest.length !== DIGEST_SIZE || signature.length !== COMPACT_SIZE) return null;
  const header = (signature[0] as number) - 27;
  const r = toNumber(signature.subarray(1, 33));
  const s = toNumber(signature.subarray(33));
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) return null;
  try {
    const point = new secp256k1.Signature(r, s).addRecoveryBit(header & 3).recoverPublicKey(digest);
    return point.toBytes((header & 4) !== 0);
  } catch {
    return null;
  }
}

/** `publicKeyCreate` without the native addon. */
export function publicKeyCreateReference(secretKey: Uint8Array, compressed: boolean): Uint8Array {
  checkSecret(secretKey);
  return secp256k1.getPublicKey(secretKey, compressed);
}

/** `publicKeyDecompress` without the native addon. */
export function publicKeyDecompressReference(publicKey: Uint8Array): Uint8Array | null {
  return parsePublicKey(publicKey)?.toBytes(false) ?? null;
}

/** `publicKeyIsValid` without the native addon. */
export function publicKeyIsValidReference(publicKey: Uint8Array): boolean {
  return parsePublicKey(publicKey) !== null;
}
