import { ByteReader, ByteWriter, bytesKey, DecodeError, equalBytes, keyBytes } from "../bytes/index.ts";
import { type OutPoint, readOutPoint, writeOutPoint } from "../primitives/index.ts";
import type { FluxnodeRecord, NodeStatus } from "./record.ts";
import { isTier } from "./tiers.ts";

const FORMAT = 1;
const STATUSES: readonly NodeStatus[] = ["started", "dos", "confirmed"];

/** The fields that a START fixes for the life of a record. */
export type RecordOrigin = Pick<
  FluxnodeRecord,
  "collateralPublicKey" | "publicKey" | "redeemScript" | "fluxTxVersion" | "txVersion" | "tier" | "amount" | "added"
>;

/** The fields that later blocks change. */
export type RecordState = Pick<FluxnodeRecord, "status" | "confirmed" | "lastConfirmed" | "lastPaid" | "ip">;

export function writeOrigin(writer: ByteWriter, origin: RecordOrigin): void {
  writer.u8(origin.txVersion).i32(origin.fluxTxVersion).u8(origin.tier).i64(origin.amount).u32(origin.added);
  writer.varBytes(origin.collateralPublicKey).varBytes(origin.publicKey).varBytes(origin.redeemScript);
}

export function readOrigin(reader: ByteReader): RecordOrigin {
  const txVersion = reader.u8();
  const fluxTxVersion = reader.i32();
  const tier = reader.u8();
  if ((txVersion !== 5 && txVersion !== 6) || !isTier(tier)) throw new DecodeError("not a fluxnode record");
  return {
    txVersion,
    fluxTxVersion,
    tier,
    amount: reader.i64(),
    added: reader.u32(),
    // Copies, so that a record does not hold on to the buffer of all records.
    collateralPublicKey: reader.varBytes().slice(),
    publicKey: reader.varBytes().slice(),
    redeemScript: reader.varBytes().slice(),
  };
}

export function writeState(writer: ByteWriter, state: RecordState): void {
  writer.u8(STATUSES.indexOf(state.status)).u32(state.confirmed).u32(state.lastConfirmed).u32(state.lastPaid);
  writer.varBytes(keyBytes(state.ip));
}

export function readState(reader: ByteReader): RecordState {
  const status = STATUSES[reader.u8()];
  if (status === undefined) throw new DecodeError("not a fluxnode record");
  return {
    status,
    confirmed: reader.u32(),
    lastConfirmed: reader.u32(),
    lastPaid: reader.u32(),
    ip: bytesKey(reader.varBytes()),
  };
}

export function sameOrigin(a: RecordOrigin, b: RecordOrigin): boolean {
  return (
    a.txVersion === b.txVersion &&
    a.fluxTxVersion === b.fluxTxVersion &&
    a.tier === b.tier &&
    a.amount === b.amount &&
    a.added === b.added &&
    equalBytes(a.publicKey, b.publicKey) &&
    equalBytes(a.collateralPublicKey, b.collateralPublicKey) &&
    equalBytes(a.redeemScript, b.redeemScript)
  );
}

export function sameState(a: RecordState, b: RecordState): boolean {
  return (
    a.status === b.status &&
    a.confirmed === b.confirmed &&
    a.lastConfirmed === b.lastConfirmed &&
    a.lastPaid === b.lastPaid &&
    a.ip === b.ip
  );
}

/** An outpoint that shares no memory with the reader's input. */
export function readOwnOutPoint(reader: ByteReader): OutPoint {
  const { txid, index } = readOutPoint(reader);
  return { txid: txid.slice(), index };
}

/** One record for storage; the same record always gives the same bytes. */
export function encodeRecord(record: FluxnodeRecord): Uint8Array {
  const writer = new ByteWriter(320);
  writer.u8(FORMAT);
  writeOutPoint(writer, record.collateral);
  writeOrigin(writer, record);
  writeState(writer, record);
  return writer.finish();
}

/**
 * Inverse of {@link encodeRecord}.
 * @throws DecodeError for anything else, including bytes left over.
 */
export function decodeRecord(bytes: Uint8Array): FluxnodeRecord {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FORMAT) throw new DecodeError("unknown format of a fluxnode record");
  const collateral = readOwnOutPoint(reader);
  const record = { collateral, ...readOrigin(reader), ...readState(reader) };
  if (reader.remaining !== 0) throw new DecodeError("bytes after a fluxnode record");
  return record;
}
