import type { NetworkParams } from "../../../protocol/params/index.ts";

const MANTISSA = 0x00ffffff;

/**
 * How much harder than the proof-of-work limit a compact target is, in the reference's double arithmetic (spec rpc.md section 2).
 * PON targets are compared with the same limit. Infinite for a target without mantissa.
 */
export function difficulty(bits: number, params: NetworkParams): number {
  const limit = params.powLimit.compact;
  let result = (limit & MANTISSA) / (bits & MANTISSA);
  // Step by step, since each step rounds like the reference's.
  for (let shift = bits >>> 24; shift < limit >>> 24; shift++) result *= 256;
  for (let shift = bits >>> 24; shift > limit >>> 24; shift--) result /= 256;
  return result;
}
