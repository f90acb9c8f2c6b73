import { type ByteReader, type ByteWriter, bytesKey, compareBytes, isZero, toDisplayHash } from "../bytes/index.ts";

/** Reference to output `index` of the transaction `txid` (wire order). */
export interface OutPoint {
  readonly txid: Uint8Array;
  readonly index: number;
}

const NULL_INDEX = 0xffffffff;

export const NULL_OUTPOINT: OutPoint = { txid: new Uint8Array(32), index: NULL_INDEX };

export function isNullOutPoint(outpoint: OutPoint): boolean {
  return outpoint.index === NULL_INDEX && isZero(outpoint.txid);
}

export function readOutPoint(reader: ByteReader): OutPoint {
  return { txid: reader.fixed(32), index: reader.u32() };
}

export function writeOutPoint(writer: ByteWriter, outpoint: OutPoint): void {
  writer.fixed(outpoint.txid).u32(outpoint.index);
}

/** Exact Map key. Its order is not the outpoint order; see {@link compareOutPoints}. */
export function outPointKey(outpoint: OutPoint): string {
  return bytesKey(outpoint.txid) + String.fromCharCode(outpoint.index & 0xffff, outpoint.index >>> 16);
}

/** Outpoint order of the reference's maps (spec fluxnodes.md section 1): txid bytes from byte 0, then the index as unsigned number. */
export function compareOutPoints(a: OutPoint, b: OutPoint): number {
  return compareBytes(a.txid, b.txid) || a.index - b.index;
}

export function equalOutPoints(a: OutPoint, b: OutPoint): boolean {
  return compareOutPoints(a, b) === 0;
}

/** `COutPoint(<64 hex>, n)` as the daemon's RPC shows it. */
export function formatOutPoint(outpoint: OutPoint): string {
  return `COutPoint(${toDisplayHash(outpoint.txid)}, ${outpoint.index})`;
}

/** `COutPoint(<first 10 hex>, n)`: the abbreviated form that block RPCs show and CONFIRM signatures cover (spec fluxnodes.md 6.2). */
export function formatShortOutPoint(outpoint: OutPoint): string {
  return `COutPoint(${toDisplayHash(outpoint.txid).slice(0, 10)}, ${outpoint.index})`;
}
