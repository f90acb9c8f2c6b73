/** Begin of the line, and erase to its end. */
const CLEAR = "\r\u001b[K";

/** A line at the bottom of a terminal that is rewritten again and again while other lines go by above it. */
export class TerminalStatus {
  private readonly write: (text: string) => void;
  private readonly width: () => number;
  private shown = "";

  /**
   * @param write to the terminal
   * @param width of the terminal in columns; a longer line is cut, since it could not be erased
   */
  constructor(write: (text: string) => void, width: () => number) {
    this.write = write;
    this.width = width;
  }

  show(text: string): void {
    const cut = text.slice(0, Math.max(0, this.width() - 1));
    if (cut === this.shown) return;
    this.shown = cut;
    this.write(CLEAR + cut);
  }

  /** Lines, each with its newline, that stay. */
  above(lines: string): void {
    this.write(this.shown === "" ? lines : `${CLEAR}${lines}${this.shown}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.shown !== "") this.write(CLEAR);
    this.shown = "";
  }
}
