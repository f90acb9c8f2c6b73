const NEWLINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** Bytes that come in pieces, taken off record by record. Holds one piece and what is being taken. */
export class ByteFeed {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = NOTHING;
  private position = 0;
  private before = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  /** Bytes that were taken so far. */
  get offset(): number {
    return this.before + this.position;
  }

  /** True if there is another byte; fetches the next piece if need be. */
  private async more(): Promise<boolean> {
    while (this.position === this.piece.length) {
      const next = await this.pieces.next();
      if (next.done) return false;
      this.before += this.piece.length;
      this.piece = next.value;
      this.position = 0;
    }
    return true;
  }

  /** The next bytes without taking them; fewer at the end. */
  async peek(count: number): Promise<Uint8Array> {
    const taken = await this.take(count);
    const rest = this.piece.subarray(this.position);
    this.before = this.offset - taken.length;
    this.piece = rest.length === 0 ? taken : Buffer.concat([taken, rest]);
    this.position = 0;
    return taken;
  }

  /** Takes the next bytes into memory of their own; fewer at the end. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let length = 0;
    while (length < count && (await this.more())) {
      const part = this.piece.subarray(this.position, this.position + count - length);
      taken.set(part, length);
      length += part.length;
      this.position += part.length;
    }
    return length === count ? taken : taken.slice(0, length);
  }

  /**
   * Takes the bytes up to the next newline or the end, and the newline. `complete` is false for more than `limit` bytes, of
   * which only the first ones are returned; null at the end.
   */
  async takeLine(limit: number): Promise<{ readonly bytes: Uint8Array; readonly complete: boolean } | null> {
    if (!(await this.more())) return null;
    const parts: Uint8Array[] = [];
    let length = 0;
    while (await this.more()) {
      const newline = this.piece.indexOf(NEWLINE, this.position);
      const end = newline < 0 ? this.piece.length : newline;
      parts.push(this.piece.subarray(this.position, end));
      length += end - this.position;
      this.position = newline < 0 ? end : end + 1;
      if (length > limit) return { bytes: Buffer.concat(parts, limit), complete: false };
      if (newline >= 0) break;
    }
    return { bytes: parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts), complete: true };
  }

  async skipZeros(): Promise<void> {
    while (await this.more()) {
      while (this.position < this.piece.length && this.piece[this.position] === 0) this.position++;
      if (this.position < this.piece.length) return;
    }
  }
}
