import { Op } from "./opcodes.ts";

/** Answers of {@link ScriptReader.next} that are no operation. */
export const END_OF_SCRIPT = -1;
export const MALFORMED_PUSH = -2;

/** Walks over the operations of a script without allocating. */
export class ScriptReader {
  readonly script: Uint8Array;
  /** Offset of the next operation. */
  position = 0;
  private dataStart = 0;
  private dataEnd = 0;

  constructor(script: Uint8Array) {
    this.script = script;
  }

  /** The next operation code, {@link END_OF_SCRIPT}, or {@link MALFORMED_PUSH} when a push promises more bytes than there are. */
  next(): number {
    const { script } = this;
    const size = script.length;
    let at = this.position;
    this.dataStart = this.dataEnd = 0;
    if (at >= size) return END_OF_SCRIPT;
    const opcode = script[at++] as number;
    if (opcode > Op.PUSHDATA4) {
      this.position = at;
      return opcode;
    }
    let length = opcode;
    if (opcode >= Op.PUSHDATA1) {
      const width = 1 << (opcode - Op.PUSHDATA1);
      if (size - at < width) return MALFORMED_PUSH;
      length = 0;
      for (let i = 0; i < width; i++) length += (script[at + i] as number) * 2 ** (8 * i);
      at += width;
    }
    if (size - at < length) return MALFORMED_PUSH;
    this.dataStart = at;
    this.dataEnd = at + length;
    this.position = at + length;
    return opcode;
  }

  /** Number of bytes that the last operation pushes from the script; 0 for anything but a data push. */
  get dataLength(): number {
    return this.dataEnd - this.dataStart;
  }

  /** Where the bytes that the last operation pushes begin in the script. */
  get dataOffset(): number {
    return this.dataStart;
  }

  /** The bytes that the last operation pushes, as a view on the script; empty for anything but a data push. */
  data(): Uint8Array {
    return this.script.subarray(this.dataStart, this.dataEnd);
  }
}
