const FIRST_CAPACITY = 4096;

/** Collects a payload of announced length. It grows with what arrives: an announcement alone costs nothing. */
export class PayloadBuffer {
  readonly length: number;
  private bytes: Uint8Array;
  private filled = 0;

  constructor(length: number) {
    this.length = length;
    this.bytes = new Uint8Array(Math.min(length, FIRST_CAPACITY));
  }

  get complete(): boolean {
    return this.filled === this.length;
  }

  /** Memory in use. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** Takes what belongs to this payload and returns how much that was. */
  push(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.length - this.filled);
    const end = this.filled + taken;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.min(this.length, Math.max(end, this.bytes.length * 2)));
      grown.set(this.bytes.subarray(0, this.filled));
      this.bytes = grown;
    }
    this.bytes.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), this.filled);
    this.filled = end;
    return taken;
  }

  /** The payload, without a copy; only when complete. */
  finish(): Uint8Array {
    return this.bytes;
  }
}
