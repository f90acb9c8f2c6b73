import { ripemd160 as nobleRipemd160, sha1 as nobleSha1 } from "@noble/hashes/legacy.js";
import { nativeAddon } from "../../platform/native/index.ts";
import { sha256Reference } from "./sha256.ts";

/** RIPEMD-160, 20 bytes. */
export function ripemd160(data: Uint8Array): Uint8Array {
  return nativeAddon()?.ripemd160(data) ?? nobleRipemd160(data);
}

/** RIPEMD-160 of SHA-256: what addresses hold of a public key or a script; 20 bytes. */
export function hash160(data: Uint8Array): Uint8Array {
  return nativeAddon()?.hash160(data) ?? hash160Reference(data);
}

/** SHA-1, 20 bytes. Only OP_SHA1 needs it, which is too rare for native code. */
export function sha1(data: Uint8Array): Uint8Array {
  return nobleSha1(data);
}

/** {@link ripemd160} without the native addon. */
export function ripemd160Reference(data: Uint8Array): Uint8Array {
  return nobleRipemd160(data);
}

/** {@link hash160} without the native addon. */
export function hash160Reference(data: Uint8Array): Uint8Array {
  return nobleRipemd160(sha256Reference(data));
}
