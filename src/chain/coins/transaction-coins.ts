import { ByteReader, ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";
import type { Transaction, TxOutput } from "../../protocol/primitives/index.ts";
import { isUnspendable } from "../../protocol/script/index.ts";
import type { TransactionCoins } from "../state/chain-reader.ts";

/** Lead byte of a stored script: the two common templates keep only their hash. */
const ScriptForm = { p2pkh: 0, p2sh: 1, raw: 2 } as const;
const HASH_SIZE = 20;

/**
 * The unspent outputs of one transaction, the unit of the coin set as the reference keeps it: "known but spent" and
 * "unknown" transactions give different answers, and no txid may be reused while one output is left.
 */
export class MutableTransactionCoins implements TransactionCoins {
  readonly version: number;
  readonly height: number;
  readonly coinbase: boolean;
  /** Never ends with null. */
  readonly outputs: (TxOutput | null)[];

  constructor(version: number, height: number, coinbase: boolean, outputs: (TxOutput | null)[]) {
    this.version = version;
    this.height = height;
    this.coinbase = coinbase;
    this.outputs = outputs;
    this.trim();
  }

  /** Spendable outputs of a transaction mined at `height`. Scripts are copied, so that the block's bytes can go. */
  static of(tx: Transaction, height: number, coinbase: boolean): MutableTransactionCoins {
    const outputs = tx.outputs.map((output) =>
      isUnspendable(output.script) ? null : { value: output.value, script: output.script.slice() },
    );
    return new MutableTransactionCoins(tx.version, height, coinbase, outputs);
  }

  get isSpent(): boolean {
    return this.outputs.length === 0;
  }

  /** Takes an output out. */
  spend(index: number): TxOutput {
    const output = this.outputs[index];
    if (!output) throw new Error(`output ${index} is not there to spend`);
    this.outputs[index] = null;
    this.trim();
    return output;
  }

  /** Puts an output back. */
  restore(index: number, output: TxOutput): void {
    while (this.outputs.length <= index) this.outputs.push(null);
    this.outputs[index] = output;
  }

  private trim(): void {
    while (this.outputs.length > 0 && this.outputs[this.outputs.length - 1] === null) this.outputs.pop();
  }
}

function writeScript(writer: ByteWriter, script: Uint8Array): void {
  if (
    script.length === 25 &&
    script[0] === 0x76 &&
    script[1] === 0xa9 &&
    script[2] === 20 &&
    script[23] === 0x88 &&
    script[24] === 0xac
  ) {
    writer.u8(ScriptForm.p2pkh).fixed(script.subarray(3, 23));
  } else if (script.length === 23 && script[0] === 0xa9 && script[1] === 20 && script[22] === 0x87) {
    writer.u8(ScriptForm.p2sh).fixed(script.subarray(2, 22));
  } else {
    writer.u8(ScriptForm.raw).varBytes(script);
  }
}

function readScript(reader: ByteReader): Uint8Array {
  const form = reader.u8();
  if (form === ScriptForm.raw) return reader.varBytes().slice();
  const p2sh = form === ScriptForm.p2sh;
  const script = new Uint8Array(p2sh ? 23 : 25);
  script.set(p2sh ? [0xa9, HASH_SIZE] : [0x76, 0xa9, HASH_SIZE]);
  script.set(reader.fixed(HASH_SIZE), p2sh ? 2 : 3);
  script.set(p2sh ? [0x87] : [0x88, 0xac], HASH_SIZE + (p2sh ? 2 : 3));
  return script;
}

/** One output as the coin set and the undo records store it. */
export function writeStoredOutput(writer: ByteWriter, output: TxOutput): void {
  writer.i64(output.value);
  writeScript(writer, output.script);
}

export function readStoredOutput(reader: ByteReader): TxOutput {
  return { value: reader.i64(), script: readScript(reader) };
}

/** Passes over an output. */
export function skipStoredOutput(reader: ByteReader): void {
  reader.skip(8);
  reader.skip(reader.u8() === ScriptForm.raw ? reader.compactSize() : HASH_SIZE);
}

/** Stored form: version, height and coinbase flag, then each unspent output with the distance from the one before. */
export function encodeTransactionCoins(coins: MutableTransactionCoins): Uint8Array {
  const writer = new ByteWriter(16 + coins.outputs.length * 32);
  writer.u32(coins.version).u32(coins.height * 2 + (coins.coinbase ? 1 : 0));
  let gap = 0;
  for (const output of coins.outputs) {
    if (!output) {
      gap++;
      continue;
    }
    writer.compactSize(gap);
    writeStoredOutput(writer, output);
    gap = 0;
  }
  return writer.finish();
}

/** @throws DecodeError for bytes that no transaction can have left here. */
export function decodeTransactionCoins(bytes: Uint8Array): MutableTransactionCoins {
  const reader = new ByteReader(bytes);
  const version = reader.u32();
  const code = reader.u32();
  const outputs: (TxOutput | null)[] = [];
  while (reader.remaining > 0) {
    const gap = reader.compactSize();
    if (outputs.length + gap > 1_000_000) throw new DecodeError("coin record with too many outputs");
    for (let i = 0; i < gap; i++) outputs.push(null);
    outputs.push(readStoredOutput(reader));
  }
  return new MutableTransactionCoins(version, code >>> 1, (code & 1) === 1, outputs);
}
