import { ByteWriter } from "../bytes/index.ts";
import { blake2b } from "../crypto/index.ts";
import {
  type TransactionFields,
  type TxOutput,
  writeJoinSplit,
  writeOutPoint,
  writeSaplingOutput,
} from "../primitives/index.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const PREVOUTS = ascii("ZcashPrevoutHash");
const SEQUENCES = ascii("ZcashSequencHash");
const OUTPUTS = ascii("ZcashOutputsHash");
const JOINSPLITS = ascii("ZcashJSplitsHash");
const SHIELDED_SPENDS = ascii("ZcashSSpendsHash");
const SHIELDED_OUTPUTS = ascii("ZcashSOutputHash");

/**
 * The parts of an overwintered transaction's signature hash that its signatures share, each computed at most once.
 * Belongs to one transaction, which must not change.
 */
export class SighashCache {
  private readonly tx: TransactionFields;
  private prevoutsHash: Uint8Array | undefined;
  private sequencesHash: Uint8Array | undefined;
  private outputsHash: Uint8Array | undefined;
  private joinSplitsHash: Uint8Array | undefined;
  private spendsHash: Uint8Array | undefined;
  private shieldedOutputsHash: Uint8Array | undefined;

  constructor(tx: TransactionFields) {
    this.tx = tx;
  }

  prevouts(): Uint8Array {
    this.prevoutsHash ??= this.hash(PREVOUTS, (writer) => {
      for (const input of this.tx.inputs) writeOutPoint(writer, input.prevout);
    });
    return this.prevoutsHash;
  }

  sequences(): Uint8Array {
    this.sequencesHash ??= this.hash(SEQUENCES, (writer) => {
      for (const input of this.tx.inputs) writer.u32(input.sequence);
    });
    return this.sequencesHash;
  }

  outputs(): Uint8Array {
    this.outputsHash ??= this.hash(OUTPUTS, (writer) => {
      for (const output of this.tx.outputs) writer.i64(output.value).varBytes(output.script);
    });
    return this.outputsHash;
  }

  /** Not cached: SINGLE covers another output for each input. */
  singleOutput(output: TxOutput): Uint8Array {
    return this.hash(OUTPUTS, (writer) => writer.i64(output.value).varBytes(output.script));
  }

  joinSplits(): Uint8Array {
    this.joinSplitsHash ??= this.hash(JOINSPLITS, (writer) => {
      for (const joinSplit of this.tx.joinSplits) writeJoinSplit(writer, joinSplit);
      writer.fixed(this.tx.joinSplitPubKey);
    });
    return this.joinSplitsHash;
  }

  shieldedSpends(): Uint8Array {
    this.spendsHash ??= this.hash(SHIELDED_SPENDS, (writer) => {
      for (const spend of this.tx.shieldedSpends) {
        writer.fixed(spend.cv).fixed(spend.anchor).fixed(spend.nullifier).fixed(spend.rk).fixed(spend.proof);
      }
    });
    return this.spendsHash;
  }

  shieldedOutputs(): Uint8Array {
    this.shieldedOutputsHash ??= this.hash(SHIELDED_OUTPUTS, (writer) => {
      for (const output of this.tx.shieldedOutputs) writeSaplingOutput(writer, output);
    });
    return this.shieldedOutputsHash;
  }

  private hash(personal: Uint8Array, write: (writer: ByteWriter) => void): Uint8Array {
    const writer = new ByteWriter(256);
    write(writer);
    return blake2b(writer.finish(), 32, personal);
  }
}
