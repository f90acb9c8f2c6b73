import { ByteReader, ByteWriter, DecodeError, equalBytes } from "../bytes/index.ts";
import { type OutPoint, writeOutPoint } from "../primitives/index.ts";
import type { DelegateSet } from "./delegates.ts";
import type { NodeTable } from "./node-table.ts";
import type { FluxnodeRecord } from "./record.ts";
import {
  readOrigin,
  readOwnOutPoint,
  readState,
  sameOrigin,
  sameState,
  writeOrigin,
  writeState,
} from "./record-codec.ts";

/** One node before and after a block; null where it is in no list. */
export interface NodeChange {
  readonly outpoint: OutPoint;
  readonly before: FluxnodeRecord | null;
  readonly after: FluxnodeRecord | null;
}

/** One delegate set before and after a block. */
export interface DelegateChange {
  readonly outpoint: OutPoint;
  readonly before: DelegateSet | null;
  readonly after: DelegateSet | null;
}

/**
 * What a block changes in the node list, at most one entry per collateral outpoint, in outpoint order. Both images are kept, so undoing is
 * exact: the reference's undo searches by height instead and can pick up other nodes (spec fluxnodes.md 8.8).
 */
export interface NodeDelta {
  readonly nodes: readonly NodeChange[];
  readonly delegates: readonly DelegateChange[];
}

const FORMAT = 1;
const BEFORE = 1;
const AFTER = 2;
/** The fixed fields differ between the two images and both are written in full. */
const TWO_ORIGINS = 4;
const MINIMUM_CHANGE_SIZE = 37;
const MINIMUM_KEY_SIZE = 1;

/**
 * Brings the table from before the block to after it.
 * @throws Error if the table is not in the state before; it is then unchanged.
 */
export function applyDelta(table: NodeTable, delta: NodeDelta): void {
  for (const { outpoint, before } of delta.nodes) requireState(table, outpoint, before);
  for (const { outpoint, after } of delta.nodes) setNode(table, outpoint, after);
  for (const { outpoint, after } of delta.delegates) table.putDelegates(outpoint, after);
}

/**
 * Takes the table back to before the block.
 * @throws Error if the table is not in the state after it; it is then unchanged.
 */
export function revertDelta(table: NodeTable, delta: NodeDelta): void {
  for (const { outpoint, after } of delta.nodes) requireState(table, outpoint, after);
  for (const { outpoint, before } of delta.nodes) setNode(table, outpoint, before);
  for (const { outpoint, before } of delta.delegates) table.putDelegates(outpoint, before);
}

function requireState(table: NodeTable, outpoint: OutPoint, expected: FluxnodeRecord | null): void {
  const actual = table.find(outpoint);
  const same = expected ? actual && sameState(actual, expected) && sameOrigin(actual, expected) : !actual;
  if (!same) throw new Error("a node list change does not fit the node list");
}

function setNode(table: NodeTable, outpoint: OutPoint, record: FluxnodeRecord | null): void {
  if (record) table.put(record);
  else table.remove(outpoint);
}

/** For storage. The same delta always gives the same bytes. */
export function encodeDelta(delta: NodeDelta): Uint8Array {
  const writer = new ByteWriter(64 + 320 * delta.nodes.length);
  writer.u8(FORMAT).compactSize(delta.nodes.length);
  for (const change of delta.nodes) writeNodeChange(writer, change);
  writer.compactSize(delta.delegates.length);
  for (const { outpoint, before, after } of delta.delegates) {
    writeOutPoint(writer, outpoint);
    writer.u8((before ? BEFORE : 0) | (after ? AFTER : 0));
    if (before) writeDelegateSet(writer, before);
    if (after) writeDelegateSet(writer, after);
  }
  return writer.finish();
}

/**
 * Inverse of {@link encodeDelta}.
 * @throws DecodeError for anything else, including bytes left over.
 */
export function decodeDelta(bytes: Uint8Array): NodeDelta {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FORMAT) throw new DecodeError("unknown format of a node list change");
  const nodes = readMany(reader, readNodeChange);
  const delegates = readMany(reader, readDelegateChange);
  if (reader.remaining !== 0) throw new DecodeError("bytes after a node list change");
  return { nodes, delegates };
}

function readMany<T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] {
  const count = reader.count(MINIMUM_CHANGE_SIZE);
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read(reader));
  return items;
}

function writeNodeChange(writer: ByteWriter, { outpoint, before, after }: NodeChange): void {
  const twoOrigins = before !== null && after !== null && !sameOrigin(before, after);
  writeOutPoint(writer, outpoint);
  writer.u8((before ? BEFORE : 0) | (after ? AFTER : 0) | (twoOrigins ? TWO_ORIGINS : 0));
  const origin = before ?? after;
  if (origin) writeOrigin(writer, origin);
  if (before) writeState(writer, before);
  if (after && twoOrigins) writeOrigin(writer, after);
  if (after) writeState(writer, after);
}

function readNodeChange(reader: ByteReader): NodeChange {
  const outpoint = readOwnOutPoint(reader);
  const flags = reader.u8();
  if (flags > 7 || flags === 0) throw new DecodeError("not a node list change");
  const origin = readOrigin(reader);
  const before = flags & BEFORE ? { collateral: outpoint, ...origin, ...readState(reader) } : null;
  const afterOrigin = flags & TWO_ORIGINS ? readOrigin(reader) : origin;
  const after = flags & AFTER ? { collateral: outpoint, ...afterOrigin, ...readState(reader) } : null;
  return { outpoint, before, after };
}

function readDelegateChange(reader: ByteReader): DelegateChange {
  const outpoint = readOwnOutPoint(reader);
  const flags = reader.u8();
  if (flags > 3 || flags === 0) throw new DecodeError("not a delegate change");
  const before = flags & BEFORE ? readDelegateSet(reader) : null;
  const after = flags & AFTER ? readDelegateSet(reader) : null;
  return { outpoint, before, after };
}

/** A delegate set for storage. */
export function writeDelegateSet(writer: ByteWriter, { version, type, keys }: DelegateSet): void {
  writer.i8(version).i8(type).compactSize(keys.length);
  for (const key of keys) writer.varBytes(key);
}

/**
 * Inverse of {@link writeDelegateSet}.
 * @throws DecodeError when there is no complete set.
 */
export function readDelegateSet(reader: ByteReader): DelegateSet {
  const version = reader.i8();
  const type = reader.i8();
  const count = reader.count(MINIMUM_KEY_SIZE);
  const keys: Uint8Array[] = [];
  for (let i = 0; i < count; i++) keys.push(reader.varBytes().slice());
  return { version, type, keys };
}

/** True if both name the same keys in the same order. */
export function sameDelegates(a: DelegateSet | null, b: DelegateSet | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.version === b.version &&
    a.type === b.type &&
    a.keys.length === b.keys.length &&
    a.keys.every((key, i) => equalBytes(key, b.keys[i] as Uint8Array))
  );
}
