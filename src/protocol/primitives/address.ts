import { concatBytes, isZero } from "../bytes/index.ts";
import { base58checkDecode, base58checkEncode } from "../crypto/index.ts";

/** Where a transparent address sends coins: HASH160 of a public key or of a script. */
export interface Destination {
  readonly kind: "pubkeyhash" | "scripthash";
  /** 20 bytes. */
  readonly hash: Uint8Array;
}

/** Version bytes of a network's addresses and keys (spec chain-params.md section 2). */
export interface AddressPrefixes {
  readonly p2pkh: Uint8Array;
  readonly p2sh: Uint8Array;
  readonly wif: Uint8Array;
}

/** A private key and the form in which its public key is used. */
export interface PrivateKey {
  /** 32 bytes, a number between 1 and the group order. */
  readonly secret: Uint8Array;
  readonly compressed: boolean;
}

const HASH_SIZE = 20;
const SECRET_SIZE = 32;
const COMPRESSED_MARK = 1;

/** Order of secp256k1, big endian. */
const ORDER = Uint8Array.from([
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc,
  0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
]);

/** White space around Base58 text that the reference ignores: C's isspace. */
const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

function decodeBase58Check(text: string): Uint8Array | null {
  return base58checkDecode(text.replace(SPACE, ""));
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

function payload(data: Uint8Array, prefix: Uint8Array, size: number): Uint8Array | null {
  return data.length === prefix.length + size && startsWith(data, prefix) ? data.slice(prefix.length) : null;
}

/** Base58Check text of a transparent address. */
export function encodeAddress(destination: Destination, prefixes: AddressPrefixes): string {
  const prefix = destination.kind === "pubkeyhash" ? prefixes.p2pkh : prefixes.p2sh;
  return base58checkEncode(concatBytes(prefix, destination.hash));
}

/** The destination that a transparent address of this network names; null for any other text. */
export function decodeAddress(text: string, prefixes: AddressPrefixes): Destination | null {
  const data = decodeBase58Check(text);
  if (!data) return null;
  const keyHash = payload(data, prefixes.p2pkh, HASH_SIZE);
  if (keyHash) return { kind: "pubkeyhash", hash: keyHash };
  const scriptHash = payload(data, prefixes.p2sh, HASH_SIZE);
  return scriptHash && { kind: "scripthash", hash: scriptHash };
}

/** True for a secret that is a valid private key: 32 bytes, neither zero nor at or above the group order. */
export function isValidSecret(secret: Uint8Array): boolean {
  if (secret.length !== SECRET_SIZE || isZero(secret)) return false;
  for (let i = 0; i < SECRET_SIZE; i++) {
    const difference = (secret[i] as number) - (ORDER[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Wallet import format of a private key. */
export function encodeWif({ secret, compressed }: PrivateKey, prefixes: AddressPrefixes): string {
  return base58checkEncode(
    concatBytes(prefixes.wif, secret, compressed ? Uint8Array.of(COMPRESSED_MARK) : new Uint8Array(0)),
  );
}

/** The private key that a text in wallet import format of this network holds; null for any other text. */
export function decodeWif(text: string, prefixes: AddressPrefixes): PrivateKey | null {
  const data = decodeBase58Check(text);
  if (!data) return null;
  const marked = payload(data, prefixes.wif, SECRET_SIZE + 1);
  if (marked && marked[SECRET_SIZE] !== COMPRESSED_MARK) return null;
  const secret = marked?.subarray(0, SECRET_SIZE) ?? payload(data, prefixes.wif, SECRET_SIZE);
  return secret && isValidSecret(secret) ? { secret, compressed: marked !== null } : null;
}
