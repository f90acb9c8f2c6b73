/** Bits per key; with three probes about one absent key in 300 looks present. */
const BITS_PER_KEY = 16;
const MINIMUM_BITS = 1 << 20;

/**
 * Remembers which txids may be stored, so that the many that are not (every new transaction is looked up once) cost no look into the
 * store. Txids are hashes already, so parts of them serve as probes.
 */
export class TxidFilter {
  private readonly words: Uint32Array;
  private readonly mask: number;
  private room: number;

  /** @param expected number of keys; the filter stays sharp for twice as many. */
  constructor(expected: number) {
    let bits = MINIMUM_BITS;
    while (bits < expected * 2 * BITS_PER_KEY && bits < 2 ** 31) bits *= 2;
    this.words = new Uint32Array(bits >>> 5);
    this.mask = bits - 1;
    this.room = Math.floor(bits / BITS_PER_KEY);
  }

  /** True when so much was added that a new, larger filter answers better. */
  get isFull(): boolean {
    return this.room <= 0;
  }

  private probe(txid: Uint8Array, offset: number): number {
    const word = (txid[offset] as number) | ((txid[offset + 1] as number) << 8) | ((txid[offset + 2] as number) << 16);
    return ((word | ((txid[offset + 3] as number) << 24)) & this.mask) >>> 0;
  }

  add(txid: Uint8Array): void {
    this.room--;
    for (let offset = 0; offset < 12; offset += 4) {
      const bit = this.probe(txid, offset);
      this.words[bit >>> 5] = (this.words[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  /** False only for a txid that was never added. */
  mayHold(txid: Uint8Array): boolean {
    for (let offset = 0; offset < 12; offset += 4) {
      const bit = this.probe(txid, offset);
      if (((this.words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}
