/** The two numbers of an ECDSA signature. Zero stands for a number that is negative or too large. */
export interface SignatureNumbers {
  readonly r: bigint;
  readonly s: bigint;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const LONG_FORM = 0x80;
const NUMBER_SIZE = 32;
/** More length bytes than this would not fit into the machine word of the reference. */
const MAX_LENGTH_BYTES = 8;

/** Reads DER elements from the front of `bytes`. Everything returns null once the encoding is broken. */
class DerReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  /** The content of one element with this tag. */
  element(tag: number): Uint8Array | null {
    if (this.bytes[this.at] !== tag) return null;
    this.at++;
    const length = this.length();
    if (length === null || length > this.rest) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Shortest form only: the long form for lengths from 128 on, and without leading zeros. */
  private length(): number | null {
    const first = this.bytes[this.at];
    if (first === undefined) return null;
    this.at++;
    if (first < LONG_FORM) return first;
    const count = first - LONG_FORM;
    if (count === 0 || count > MAX_LENGTH_BYTES || count > this.rest || this.bytes[this.at] === 0) return null;
    let length = 0;
    for (let i = 0; i < count; i++) {
      length = length * 256 + (this.bytes[this.at] as number);
      this.at++;
    }
    return length < LONG_FORM ? null : length;
  }
}

function integer(content: Uint8Array | null, order: bigint): bigint | null {
  if (!content || content.length === 0) return null;
  const first = content[0] as number;
  const second = content[1];
  if (second !== undefined && first === 0x00 && second < 0x80) return null;
  if (second !== undefined && first === 0xff && second >= 0x80) return null;
  const negative = first >= 0x80;
  const magnitude = first === 0 ? content.subarray(1) : content;
  if (negative || magnitude.length > NUMBER_SIZE) return 0n;
  let value = 0n;
  for (const byte of magnitude) value = value * 256n + BigInt(byte);
  return value < order ? value : 0n;
}

/**
 * Reads an ECDSA signature as strictly as libsecp256k1 does, which decides what is a signature in this chain
 * (spec block-and-pow.md section 5.4): shortest lengths and numbers, nothing behind the end. Negative numbers and numbers
 * from `order` on are well-formed, but make a signature that never verifies.
 * @returns null if the encoding is broken.
 */
export function parseDerSignature(der: Uint8Array, order: bigint): SignatureNumbers | null {
  const outer = new DerReader(der);
  const content = outer.element(SEQUENCE);
  if (!content || !outer.atEnd) return null;
  const reader = new DerReader(content);
  const r = integer(reader.element(INTEGER), order);
  const s = r === null ? null : integer(reader.element(INTEGER), order);
  return r === null || s === null || !reader.atEnd ? null : { r, s };
}
