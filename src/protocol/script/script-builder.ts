import { ByteWriter } from "../bytes/index.ts";
import { Op } from "./opcodes.ts";
import { encodeScriptNumber } from "./script-number.ts";

/** Composes scripts with the push encodings of the reference's script builder. */
export class ScriptBuilder {
  private readonly writer = new ByteWriter(64);

  op(opcode: number): this {
    this.writer.u8(opcode);
    return this;
  }

  /**
   * Pushes bytes with the shortest length prefix. A single byte is pushed as it is, never turned into OP_1 to OP_16; the
   * empty string becomes OP_0.
   */
  data(bytes: Uint8Array): this {
    const { writer } = this;
    if (bytes.length < Op.PUSHDATA1) writer.u8(bytes.length);
    else if (bytes.length <= 0xff) writer.u8(Op.PUSHDATA1).u8(bytes.length);
    else if (bytes.length <= 0xffff) writer.u8(Op.PUSHDATA2).u16(bytes.length);
    else writer.u8(Op.PUSHDATA4).u32(bytes.length);
    writer.fixed(bytes);
    return this;
  }

  /** Pushes a number: OP_0, OP_1NEGATE and OP_1 to OP_16 where they fit, else its bytes. */
  number(value: number): this {
    if (value === 0) return this.op(Op.OP_0);
    if (value === -1 || (value >= 1 && value <= 16)) return this.op(Op.OP_1 - 1 + value);
    return this.data(encodeScriptNumber(value));
  }

  /** Pushes a stack element as the reference's signer does: OP_1 to OP_16 for these numbers, else its bytes. */
  element(bytes: Uint8Array): this {
    const value = bytes[0] as number;
    return bytes.length === 1 && value >= 1 && value <= 16 ? this.number(value) : this.data(bytes);
  }

  /** Appends finished operations. */
  raw(script: Uint8Array): this {
    this.writer.fixed(script);
    return this;
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}

/** What every coinbase input script begins with: the height of its block (spec block-and-pow.md). */
export function heightPush(height: number): Uint8Array {
  return new ScriptBuilder().number(height).finish();
}
