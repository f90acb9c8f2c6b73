import { concatBytes } from "../../protocol/bytes/index.ts";
import type { AddressKey } from "../chain-reader.ts";

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

/** The script that an indexed address stands for. */
export function scriptOfAddress(address: AddressKey): Uint8Array {
  const parts =
    address.kind === 1
      ? ([
          [0x76, 0xa9, HASH_SIZE],
          [0x88, 0xac],
        ] as const)
      : ([[0xa9, HASH_SIZE], [0x87]] as const);
  return concatBytes(Uint8Array.from(parts[0]), address.hash, Uint8Array.from(parts[1]));
}

/** Stored form: kind, then the hash. */
export function addressBytes(address: AddressKey): Uint8Array {
  const bytes = new Uint8Array(1 + HASH_SIZE);
  bytes[0] = address.kind;
  bytes.set(address.hash, 1);
  return bytes;
}
