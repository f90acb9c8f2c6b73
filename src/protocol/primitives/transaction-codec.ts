import { ByteReader, ByteWriter, DecodeError, equalBytes } from "../bytes/index.ts";
import { sha256d } from "../crypto/index.ts";
import { readFluxnodePayload, writeFluxnodePayload } from "./fluxnode-codec.ts";
import { readOutPoint, writeOutPoint } from "./outpoint.ts";
import {
  readJoinSplit,
  readSaplingOutput,
  readSaplingSpend,
  writeJoinSplit,
  writeSaplingOutput,
  writeSaplingSpend,
} from "./shielded-codec.ts";
import { OVERWINTER_GROUP_ID, SAPLING_GROUP_ID, type Transaction, type TxInput, type TxOutput } from "./transaction.ts";
import { EMPTY_FIELDS, type TransactionFields } from "./transaction-fields.ts";

/** Set in the header word of an overwintered transaction. */
export const OVERWINTERED_BIT = 0x80000000;
const EMPTY: Uint8Array = new Uint8Array(0);
/** Bytes on the wire of the parts of a transaction; inputs and outputs at least. */
export const INPUT_SIZE = 41;
export const OUTPUT_SIZE = 9;
export const SAPLING_SPEND_SIZE = 384;
export const SAPLING_OUTPUT_SIZE = 948;
export const GROTH16_JOINSPLIT_SIZE = 1698;
export const PHGR13_JOINSPLIT_SIZE = 1802;
const NONE: readonly never[] = [];

function readList<T>(reader: ByteReader, itemSize: number, read: (reader: ByteReader) => T): T[] {
  const count = reader.count(itemSize);
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(read(reader));
  return list;
}

function readInput(reader: ByteReader): TxInput {
  return { prevout: readOutPoint(reader), scriptSig: reader.varBytes(), sequence: reader.u32() };
}

function readOutput(reader: ByteReader): TxOutput {
  return { value: reader.i64(), script: reader.varBytes() };
}

/** Reads one transaction's fields (spec transactions.md sections 2 to 4). Byte fields are views on the reader's input. */
export function readTransactionFields(reader: ByteReader): TransactionFields {
  const header = reader.u32();
  const overwintered = header >= OVERWINTERED_BIT;
  const version = header & 0x7fffffff;
  const versionGroupId = overwintered ? reader.u32() : 0;
  const sapling = overwintered && version === 4 && versionGroupId === SAPLING_GROUP_ID;
  const overwinter = overwintered && version === 3 && versionGroupId === OVERWINTER_GROUP_ID;
  if (overwintered && !sapling && !overwinter) throw new DecodeError("Unknown transaction format");
  if (version === 5 || version === 6) {
    return { ...EMPTY_FIELDS, version, fluxnode: readFluxnodePayload(reader, version) };
  }
  const inputs = readList(reader, INPUT_SIZE, readInput);
  const outputs = readList(reader, OUTPUT_SIZE, readOutput);
  const lockTime = reader.u32();
  const expiryHeight = overwintered ? reader.u32() : 0;
  const valueBalance = sapling ? reader.i64() : 0n;
  const shieldedSpends = sapling ? readList(reader, SAPLING_SPEND_SIZE, readSaplingSpend) : NONE;
  const shieldedOutputs = sapling ? readList(reader, SAPLING_OUTPUT_SIZE, readSaplingOutput) : NONE;
  const joinSplitSize = sapling ? GROTH16_JOINSPLIT_SIZE : PHGR13_JOINSPLIT_SIZE;
  const joinSplits = version >= 2 ? readList(reader, joinSplitSize, (r) => readJoinSplit(r, sapling)) : NONE;
  const withJoinSplits = joinSplits.length > 0;
  const joinSplitPubKey = withJoinSplits ? reader.fixed(32) : EMPTY;
  const joinSplitSig = withJoinSplits ? reader.fixed(64) : EMPTY;
  const withSapling = shieldedSpends.length > 0 || shieldedOutputs.length > 0;
  const bindingSig = withSapling ? reader.fixed(64) : EMPTY;
  return {
    overwintered,
    version,
    versionGroupId,
    inputs,
    outputs,
    lockTime,
    expiryHeight,
    valueBalance,
    shieldedSpends,
    shieldedOutputs,
    joinSplits,
    joinSplitPubKey,
    joinSplitSig,
    bindingSig,
    fluxnode: null,
  };
}

function writeJoinSplits(writer: ByteWriter, tx: TransactionFields): void {
  writer.compactSize(tx.joinSplits.length);
  for (const joinSplit of tx.joinSplits) writeJoinSplit(writer, joinSplit);
  if (tx.joinSplits.length > 0) writer.fixed(tx.joinSplitPubKey).fixed(tx.joinSplitSig);
}

function writeTransaction(writer: ByteWriter, tx: TransactionFields, withSignatures: boolean): void {
  writer.u32((tx.version | (tx.overwintered ? OVERWINTERED_BIT : 0)) >>> 0);
  if (tx.fluxnode) {
    writeFluxnodePayload(writer, tx.version, tx.fluxnode, withSignatures);
    return;
  }
  if (tx.overwintered) writer.u32(tx.versionGroupId);
  const sapling = tx.overwintered && tx.version === 4;
  writer.compactSize(tx.inputs.length);
  for (const input of tx.inputs) {
    writeOutPoint(writer, input.prevout);
    writer.varBytes(input.scriptSig).u32(input.sequence);
  }
  writer.compactSize(tx.outputs.length);
  for (const output of tx.outputs) writer.i64(output.value).varBytes(output.script);
  writer.u32(tx.lockTime);
  if (tx.overwintered) writer.u32(tx.expiryHeight);
  if (sapling) {
    writer.i64(tx.valueBalance).compactSize(tx.shieldedSpends.length);
    for (const spend of tx.shieldedSpends) writeSaplingSpend(writer, spend);
    writer.compactSize(tx.shieldedOutputs.length);
    for (const output of tx.shieldedOutputs) writeSaplingOutput(writer, output);
  }
  if (tx.version >= 2) writeJoinSplits(writer, tx);
  if (tx.shieldedSpends.length > 0 || tx.shieldedOutputs.length > 0) writer.fixed(tx.bindingSig);
}

/** The wire form of the fields. */
export function encodeTransaction(tx: TransactionFields): Uint8Array {
  const writer = new ByteWriter(tx.fluxnode ? 256 : 512);
  writeTransaction(writer, tx, true);
  return writer.finish();
}

/** The form that a fluxnode transaction's txid and START signature cover: without its signatures. */
export function encodeFluxnodeUnsigned(tx: TransactionFields): Uint8Array {
  const writer = new ByteWriter(256);
  writeTransaction(writer, tx, false);
  return writer.finish();
}

/** Completes fields to a transaction: serialises and hashes them. */
export function makeTransaction(fields: TransactionFields): Transaction {
  const raw = encodeTransaction(fields);
  return { ...fields, raw, txid: sha256d(fields.fluxnode ? encodeFluxnodeUnsigned(fields) : raw) };
}

/** Adds `raw` and `txid` to fields that were read from `wire`. Only fluxnode transactions can differ from their canonical form. */
export function completeTransaction(fields: TransactionFields, wire: Uint8Array, txid?: Uint8Array): Transaction {
  // An untyped one ends with its type: there is nothing in it that could differ.
  if (!fields.fluxnode || fields.fluxnode.kind === "untyped") {
    return { ...fields, raw: wire, txid: txid ?? sha256d(wire) };
  }
  const canonical = encodeTransaction(fields);
  const raw = equalBytes(canonical, wire) ? wire : canonical;
  return { ...fields, raw, txid: sha256d(encodeFluxnodeUnsigned(fields)) };
}

/**
 * Reads one transaction. Byte fields are views on the reader's input.
 * @throws DecodeError when there is no complete transaction.
 */
export function readTransaction(reader: ByteReader): Transaction {
  const start = reader.offset;
  const fields = readTransactionFields(reader);
  return completeTransaction(fields, reader.bytes.subarray(start, reader.offset));
}

/**
 * Decodes one transaction at the start of `bytes`; bytes after it are ignored, as the daemon's RPC does.
 * @throws DecodeError when there is no complete transaction.
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  return readTransaction(new ByteReader(bytes));
}
