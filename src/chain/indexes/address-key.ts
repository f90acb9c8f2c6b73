import { ByteWriter } from "../../protocol/bytes/index.ts";
import { type OutPoint, writeOutPoint } from "../../protocol/primitives/index.ts";
import type { AddressKey } from "../state/chain-reader.ts";

const HASH_SIZE = 20;

/** Address of a script in the reference's address index: exact P2PKH and P2SH scripts only; null for all others. */
export function addressOfScript(script: Uint8Array): AddressKey | null {
  if (
    script.length === 25 &&
    script[0] === 0x76 &&
    script[1] === 0xa9 &&
    script[2] === HASH_SIZE &&
    script[23] === 0x88 &&
    script[24] === 0xac
  ) {
    return { kind: 1, hash: script.subarray(3, 23) };
  }
  if (script.length === 23 && script[0] === 0xa9 && script[1] === HASH_SIZE && script[22] === 0x87) {
    return { kind: 2, hash: script.subarray(2, 22) };
  }
  return null;
}

/** Stored form: kind, then the hash. */
export function addressBytes(address: AddressKey): Uint8Array {
  const bytes = new Uint8Array(1 + HASH_SIZE);
  bytes[0] = address.kind;
  bytes.set(address.hash, 1);
  return bytes;
}

/** Stored form of an outpoint. */
export function outPointBytes(outpoint: OutPoint): Uint8Array {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, outpoint);
  return writer.finish();
}
