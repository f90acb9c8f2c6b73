import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { Op, ScriptBuilder, ScriptFlag } from "../../../../src/protocol/script/index.ts";

const OPERATIONS = new Map<string, number>();
for (const [key, code] of Object.entries(Op)) {
  if (code < Op.NOP && code !== Op.RESERVED) continue;
  const name = key.replace(/^OP_/, "");
  OPERATIONS.set(name, code).set(`OP_${name}`, code);
}
for (let n = 1; n <= 10; n++) OPERATIONS.set(`NOP${n}`, Op.NOP1 + n - 1).set(`OP_NOP${n}`, Op.NOP1 + n - 1);

/** Bytes of a script number of any size. */
function numberBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  if ((bytes.at(-1) ?? 0) & 0x80) bytes.push(0);
  if (value < 0n) bytes[bytes.length - 1] = (bytes.at(-1) as number) | 0x80;
  return Uint8Array.from(bytes);
}

function pushNumber(builder: ScriptBuilder, text: string): void {
  const value = Number(text);
  if (Number.isSafeInteger(value)) builder.number(value);
  else builder.data(numberBytes(BigInt(text)));
}

/** Script of the text form in the reference's test files: numbers, 0x raw bytes, 'text' pushes, operation names. */
export function parseScript(text: string): Uint8Array {
  const builder = new ScriptBuilder();
  for (const word of text.split(/[ \t\n]+/)) {
    if (word === "") continue;
    const operation = OPERATIONS.get(word);
    if (/^-?\d+$/.test(word)) pushNumber(builder, word);
    else if (word.startsWith("0x")) builder.raw(fromHex(word.slice(2)));
    else if (word.startsWith("'") && word.endsWith("'")) builder.data(new TextEncoder().encode(word.slice(1, -1)));
    else if (operation !== undefined) builder.op(operation);
    else throw new Error(`unknown word ${word}`);
  }
  return builder.finish();
}

/** Flags of their comma-separated names. */
export function parseFlags(text: string): number {
  let flags = 0;
  for (const name of text.split(",")) {
    if (name === "") continue;
    const flag = ScriptFlag[name as keyof typeof ScriptFlag];
    if (flag === undefined) throw new Error(`unknown flag ${name}`);
    flags |= flag;
  }
  return flags;
}
