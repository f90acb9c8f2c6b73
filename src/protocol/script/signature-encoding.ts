import { ScriptFlag } from "./flags.ts";
import type { ScriptError } from "./script-error.ts";
import { SighashType } from "./sighash-type.ts";

const INTEGER = 0x02;
const SEQUENCE = 0x30;

/** Half the order of secp256k1, big endian: the largest S that counts as low. */
const HALF_ORDER = Uint8Array.from([
  0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
  0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
]);
const ORDER = Uint8Array.from([
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc,
  0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
]);

/** A positive integer in its shortest form at [start, start + length). */
function isCanonicalInteger(bytes: Uint8Array, start: number, length: number): boolean {
  if (length === 0) return false;
  const first = bytes[start] as number;
  if (first & 0x80) return false;
  return length === 1 || first !== 0 || ((bytes[start + 1] as number) & 0x80) !== 0;
}

/** BIP 66: strict DER of (R, S) followed by one hash-type byte, 9 to 73 bytes in all. */
export function isStrictDerSignature(signature: Uint8Array): boolean {
  const size = signature.length;
  if (size < 9 || size > 73) return false;
  if (signature[0] !== SEQUENCE || signature[1] !== size - 3) return false;
  const lengthR = signature[3] as number;
  if (5 + lengthR >= size) return false;
  const lengthS = signature[5 + lengthR] as number;
  if (lengthR + lengthS + 7 !== size) return false;
  if (signature[2] !== INTEGER || !isCanonicalInteger(signature, 4, lengthR)) return false;
  return signature[lengthR + 4] === INTEGER && isCanonicalInteger(signature, lengthR + 6, lengthS);
}

/** Compares 32 bytes at `start` with a number of 32 bytes. */
function compareNumber(bytes: Uint8Array, start: number, other: Uint8Array): number {
  for (let i = 0; i < 32; i++) {
    const difference = (bytes[start + i] as number) - (other[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * True unless S of a strict DER signature is above half the group order. An S that is no scalar at all (>= the order) counts
 * as low, as the reference's parser turns it into zero; such a signature never verifies anyway.
 */
export function hasLowS(signature: Uint8Array): boolean {
  const lengthR = signature[3] as number;
  let length = signature[5 + lengthR] as number;
  let start = 6 + lengthR;
  if (signature[start] === 0) {
    start++;
    length--;
  }
  if (length !== 32) return true;
  return compareNumber(signature, start, HALF_ORDER) <= 0 || compareNumber(signature, start, ORDER) >= 0;
}

function hasDefinedHashType(signature: Uint8Array): boolean {
  const base = (signature[signature.length - 1] as number) & ~SighashType.ANYONECANPAY;
  return base >= SighashType.ALL && base <= SighashType.SINGLE;
}

/**
 * Form of a signature that a script checks. An empty one is well-formed: it simply never verifies.
 * @returns why the script fails, or null
 */
export function checkSignatureEncoding(signature: Uint8Array, flags: number): ScriptError | null {
  if (signature.length === 0) return null;
  if (!isStrictDerSignature(signature)) return "SIG_DER";
  if ((flags & ScriptFlag.LOW_S) !== 0 && !hasLowS(signature)) return "SIG_HIGH_S";
  if ((flags & ScriptFlag.STRICTENC) !== 0 && !hasDefinedHashType(signature)) return "SIG_HASHTYPE";
  return null;
}

/** Form of a public key that a script checks: without STRICTENC anything goes. */
export function checkPublicKeyEncoding(key: Uint8Array, flags: number): ScriptError | null {
  if ((flags & ScriptFlag.STRICTENC) === 0) return null;
  const first = key[0];
  if (key.length === 33 && (first === 2 || first === 3)) return null;
  return key.length === 65 && first === 4 ? null : "PUBKEYTYPE";
}
