import { DecodeError } from "./decode-error.ts";

/** Largest value a compact size may carry (spec transactions.md section 1). */
export const MAX_COMPACT_SIZE = 0x02000000;

/**
 * Cursor over untrusted bytes. Every read checks what is left first, so no read allocates more than the input holds.
 * Byte vectors are views on the input, not copies.
 * @throws DecodeError from every read that does not fit.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  private take(length: number): number {
    const start = this.offset;
    if (length > this.bytes.length - start) throw new DecodeError("end of data");
    this.offset = start + length;
    return start;
  }

  u8(): number {
    return this.bytes[this.take(1)] as number;
  }

  i8(): number {
    return this.view.getInt8(this.take(1));
  }

  /** Boolean as the reference reads it: any non-zero byte is true. */
  bool(): boolean {
    return this.u8() !== 0;
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  i64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** The next `length` bytes as a view on the input. */
  fixed(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Passes over the next `length` bytes. */
  skip(length: number): void {
    this.take(length);
  }

  /** Canonical compact size, at most {@link MAX_COMPACT_SIZE}. */
  compactSize(): number {
    const first = this.u8();
    if (first < 0xfd) return first;
    let value: number;
    let minimum: number;
    if (first === 0xfd) {
      value = this.u16();
      minimum = 0xfd;
    } else if (first === 0xfe) {
      value = this.u32();
      minimum = 0x10000;
    } else {
      value = Number(this.u64());
      minimum = 0x100000000;
    }
    if (value < minimum) throw new DecodeError("non-canonical compact size");
    if (value > MAX_COMPACT_SIZE) throw new DecodeError("size too large");
    return value;
  }

  /** Compact size of a list whose items take at least `minimumItemSize` bytes: refused when they cannot all be there. */
  count(minimumItemSize: number): number {
    const count = this.compactSize();
    if (count * minimumItemSize > this.remaining) throw new DecodeError("end of data");
    return count;
  }

  /** Length-prefixed bytes as a view on the input. */
  varBytes(): Uint8Array {
    return this.fixed(this.compactSize());
  }
}
