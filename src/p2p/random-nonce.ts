import { secureRandomBytes } from "../platform/index.ts";

/** 64 random bits, never zero. */
export function randomNonce(): bigint {
  return new DataView(secureRandomBytes(8).buffer).getBigUint64(0, true) || 1n;
}
