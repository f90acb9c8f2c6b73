import { type ByteReader, type ByteWriter, bytesKey, keyBytes } from "../bytes/index.ts";
import { NULL_OUTPOINT, readOutPoint, writeOutPoint } from "./outpoint.ts";
import {
  type DelegateData,
  DelegateType,
  type FluxnodeConfirm,
  type FluxnodePayload,
  type FluxnodeStart,
  FluxnodeType,
  FluxTxVersionBit,
} from "./transaction.ts";

const EMPTY: Uint8Array = new Uint8Array(0);
const MAX_KEY_FIELD = 65;

/** Length that a public key's first byte promises: 33, 65 or 0 for an invalid key. */
export function effectiveKeyLength(firstByte: number | undefined): number {
  if (firstByte === 2 || firstByte === 3) return 33;
  if (firstByte === 4 || firstByte === 6 || firstByte === 7) return 65;
  return 0;
}

/**
 * Public key in the form in which it is hashed again (spec transactions.md section 1): cut or zero-padded to the length of its
 * first byte, empty when invalid. The txid is taken over this form, so a key that changes here cannot match its block.
 */
export function readPublicKey(reader: ByteReader): Uint8Array {
  const declared = reader.varBytes();
  if (declared.length > MAX_KEY_FIELD) return EMPTY;
  const length = effectiveKeyLength(declared[0]);
  if (length <= declared.length) return declared.subarray(0, length);
  const padded = new Uint8Array(length);
  padded.set(declared);
  return padded;
}

function readDelegates(reader: ByteReader): DelegateData {
  if (!reader.bool()) return { using: false, version: 1, type: DelegateType.none, keys: [] };
  const version = reader.i8();
  const type = reader.i8();
  const keys: Uint8Array[] = [];
  if (version === 1 && type === DelegateType.update) {
    const count = reader.count(1);
    for (let i = 0; i < count; i++) keys.push(readPublicKey(reader));
  }
  return { using: true, version, type, keys };
}

function writeDelegates(writer: ByteWriter, data: DelegateData): void {
  writer.bool(data.using);
  if (!data.using) return;
  writer.i8(data.version).i8(data.type);
  if (data.version !== 1 || data.type !== DelegateType.update) return;
  writer.compactSize(data.keys.length);
  for (const key of data.keys) writer.varBytes(key);
}

function readStart(reader: ByteReader, version: number, type: number): FluxnodeStart {
  const fluxTxVersion = version === 6 ? reader.i32() : 0;
  const p2sh = (fluxTxVersion & FluxTxVersionBit.p2sh) !== 0;
  const normal = version === 5 || (fluxTxVersion & FluxTxVersionBit.normal) !== 0;
  let body = {
    collateral: NULL_OUTPOINT,
    collateralPublicKey: EMPTY,
    publicKey: EMPTY,
    redeemScript: EMPTY,
    sigTime: 0,
    signature: EMPTY,
  };
  if (p2sh) {
    body = {
      ...body,
      collateral: readOutPoint(reader),
      publicKey: readPublicKey(reader),
      redeemScript: reader.varBytes(),
      sigTime: reader.u32(),
      signature: reader.varBytes(),
    };
  } else if (normal) {
    body = {
      ...body,
      collateral: readOutPoint(reader),
      collateralPublicKey: readPublicKey(reader),
      publicKey: readPublicKey(reader),
      sigTime: reader.u32(),
      signature: reader.varBytes(),
    };
  }
  const delegates = (fluxTxVersion & FluxTxVersionBit.delegates) !== 0 ? readDelegates(reader) : null;
  return { kind: "start", type, ...body, fluxTxVersion, delegates };
}

function writeStart(writer: ByteWriter, version: number, start: FluxnodeStart, withSignatures: boolean): void {
  if (version === 6) writer.i32(start.fluxTxVersion);
  const p2sh = (start.fluxTxVersion & FluxTxVersionBit.p2sh) !== 0;
  const normal = version === 5 || (start.fluxTxVersion & FluxTxVersionBit.normal) !== 0;
  if (p2sh || normal) {
    writeOutPoint(writer, start.collateral);
    if (!p2sh) writer.varBytes(start.collateralPublicKey);
    writer.varBytes(start.publicKey);
    if (p2sh) writer.varBytes(start.redeemScript);
    writer.u32(start.sigTime);
    if (withSignatures) writer.varBytes(start.signature);
  }
  if (start.delegates) writeDelegates(writer, start.delegates);
}

function readConfirm(reader: ByteReader, type: number): FluxnodeConfirm {
  return {
    kind: "confirm",
    type,
    collateral: readOutPoint(reader),
    sigTime: reader.u32(),
    benchmarkTier: reader.i8(),
    benchmarkSigTime: reader.u32(),
    updateType: reader.i8(),
    ip: bytesKey(reader.varBytes()),
    signature: reader.varBytes(),
    benchmarkSignature: reader.varBytes(),
  };
}

function writeConfirm(writer: ByteWriter, confirm: FluxnodeConfirm, withSignatures: boolean): void {
  writeOutPoint(writer, confirm.collateral);
  writer.u32(confirm.sigTime).i8(confirm.benchmarkTier).u32(confirm.benchmarkSigTime).i8(confirm.updateType);
  writer.varBytes(keyBytes(confirm.ip));
  if (withSignatures) writer.varBytes(confirm.signature).varBytes(confirm.benchmarkSignature);
}

/** Reads what follows the header word of a version 5 or 6 transaction (spec transactions.md section 4). */
export function readFluxnodePayload(reader: ByteReader, version: number): FluxnodePayload {
  const type = reader.i8();
  if (type === FluxnodeType.start) return readStart(reader, version, type);
  if (type === FluxnodeType.confirm) return readConfirm(reader, type);
  return { kind: "untyped", type, collateral: NULL_OUTPOINT };
}

/** Writes the payload; without signatures it is the form that txid and START signatures cover. */
export function writeFluxnodePayload(
  writer: ByteWriter,
  version: number,
  payload: FluxnodePayload,
  withSignatures: boolean,
): void {
  writer.i8(payload.type);
  if (payload.kind === "start") writeStart(writer, version, payload, withSignatures);
  else if (payload.kind === "confirm") writeConfirm(writer, payload, withSignatures);
}
