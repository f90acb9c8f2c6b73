import { DecodeError, equalBytes, fromHex } from "../../../../src/protocol/bytes/index.ts";

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
const BIT_STRING = 0x03;
const EC_PUBLIC_KEY = fromHex("2a8648ce3d0201");
const SECP256K1 = fromHex("2b8104000a");

interface Element {
  readonly content: Uint8Array;
  readonly rest: Uint8Array;
}

/** The first DER element of the bytes, with the shortest length field there is. */
function element(bytes: Uint8Array, tag: number): Element {
  const [found, short] = bytes;
  if (found !== tag || short === undefined) throw new DecodeError("another element was expected");
  const lengthBytes = short < 0x80 ? 0 : short - 0x80;
  if (lengthBytes > 2) throw new DecodeError("the length has too many bytes");
  const start = 2 + lengthBytes;
  let length = lengthBytes === 0 ? short : 0;
  for (let i = 2; i < start; i++) length = length * 256 + (bytes[i] ?? 0);
  const shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
  if (lengthBytes !== shortest || bytes.length < start + length) throw new DecodeError("the length is wrong");
  return { content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

function last(bytes: Uint8Array, tag: number): Uint8Array {
  const { content, rest } = element(bytes, tag);
  if (rest.length > 0) throw new DecodeError("something follows the last element");
  return content;
}

/**
 * The point in an ASN.1 public key (X.509 SubjectPublicKeyInfo) of the named curve secp256k1, not yet checked.
 * @throws DecodeError for anything else, curves given by their parameters included
 */
export function secp256k1PointOf(spki: Uint8Array): Uint8Array {
  const { content: algorithm, rest } = element(last(spki, SEQUENCE), SEQUENCE);
  const { content: purpose, rest: curve } = element(algorithm, OBJECT_IDENTIFIER);
  if (!equalBytes(purpose, EC_PUBLIC_KEY)) throw new DecodeError("not a key of an elliptic curve");
  if (!equalBytes(last(curve, OBJECT_IDENTIFIER), SECP256K1)) throw new DecodeError("a key of another curve");
  const bits = last(rest, BIT_STRING);
  if (bits[0] !== 0) throw new DecodeError("not whole bytes");
  return bits.subarray(1);
}
