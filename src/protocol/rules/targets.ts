import { PON_BLOCK_VERSION } from "../primitives/index.ts";

/** A compact target as it decodes, whether or not it makes sense. */
export interface DecodedTarget {
  /** Modulo 2^256: bits shifted out at the top are lost. */
  readonly target: bigint;
  /** The sign bit is set and the mantissa is not zero. */
  readonly negative: boolean;
  /** The value does not fit 256 bits. */
  readonly overflow: boolean;
}

/** Work of a PON block: the same for every target (spec block-and-pow.md section 7). */
const PON_BLOCK_WORK = 1n << 40n;

/** Targets repeat inside a difficulty window, so most decodings are looked up; the bound keeps a hostile header chain from filling memory. */
const MAX_CACHED_TARGETS = 4096;
const decoded = new Map<number, DecodedTarget>();

/** The low 256 bits: all target arithmetic of the reference wraps around. */
export function wrap256(value: bigint): bigint {
  return BigInt.asUintN(256, value);
}

/** The lower one of a computed target and its limit. */
export function capTarget(target: bigint, limit: bigint): bigint {
  if (target > limit) return limit;
  return target;
}

function decode(bits: number): DecodedTarget {
  const size = bits >>> 24;
  let word = bits & 0x007fffff;
  if (size <= 3) word >>>= 8 * (3 - size);
  const target = size <= 3 ? BigInt(word) : wrap256(BigInt(word) << BigInt(8 * (size - 3)));
  return {
    target,
    // The sign counts only for what is left of the mantissa after a short size has cut it.
    negative: word !== 0 && (bits & 0x00800000) !== 0,
    overflow: word !== 0 && (size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32)),
  };
}

/** Decodes a compact target (spec block-and-pow.md section 2). */
export function decodeCompact(bits: number): DecodedTarget {
  const known = decoded.get(bits);
  if (known) return known;
  if (decoded.size >= MAX_CACHED_TARGETS) decoded.clear();
  const result = decode(bits);
  decoded.set(bits, result);
  return result;
}

function byteLength(value: bigint): number {
  return value === 0n ? 0 : Math.ceil(value.toString(16).length / 2);
}

/** Compact form of a target below 2^256, rounded down; the sign bit is never set (spec block-and-pow.md section 2). */
export function encodeCompact(target: bigint): number {
  let size = byteLength(target);
  let mantissa = size <= 3 ? Number(target) << (8 * (3 - size)) : Number(target >> BigInt(8 * (size - 3)));
  if (mantissa & 0x00800000) {
    mantissa >>>= 8;
    size++;
  }
  return ((size << 24) | mantissa) >>> 0;
}

/** True if a target can be met at all: positive and inside 256 bits. */
export function isUsableTarget({ target, negative, overflow }: DecodedTarget): boolean {
  return !negative && !overflow && target !== 0n;
}

/**
 * Chain work that a block adds. PON blocks: 2^40. PoW blocks: about 2^256 / (target + 1), 0 for an unusable target
 * (spec block-and-pow.md section 7).
 */
export function blockWork(header: { readonly version: number; readonly bits: number }): bigint {
  if (header.version >= PON_BLOCK_VERSION) return PON_BLOCK_WORK;
  const decodedTarget = decodeCompact(header.bits);
  if (!isUsableTarget(decodedTarget)) return 0n;
  const { target } = decodedTarget;
  return wrap256(~target) / wrap256(target + 1n) + 1n;
}

/** A 32-byte hash in wire order as the number that targets are compared with: byte 31 is the most significant. */
export function hashToNumber(hash: Uint8Array): bigint {
  const view = new DataView(hash.buffer, hash.byteOffset, 32);
  return (
    (view.getBigUint64(24, true) << 192n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(8, true) << 64n) |
    view.getBigUint64(0, true)
  );
}
