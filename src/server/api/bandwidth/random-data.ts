import { randomBelow, secureRandomBytes } from "../../../platform/index.ts";

const POOL_BYTES = 1 << 20;

/** Pieces of random bytes, which nothing on the way can compress: longer than the windows of compressors reach. */
export class RandomData {
  private readonly pool = secureRandomBytes(POOL_BYTES);

  /** @param length at most 512 KiB; the bytes are shared and must not be changed */
  piece(length: number): Uint8Array {
    const start = randomBelow(POOL_BYTES - length);
    return this.pool.subarray(start, start + length);
  }
}
