import { ByteReader, ByteWriter, DecodeError } from "../../protocol/bytes/index.ts";
import { type BlockHeader, decodeHeader, encodeHeader } from "../../protocol/primitives/index.ts";
import type { HeaderNode } from "../headers/index.ts";

/** A header with what the chain remembers of its block; totals along the branch follow from these. */
export interface SnapshotHeader {
  readonly header: BlockHeader;
  readonly transactionCount: number;
  readonly size: number;
  readonly sproutRoot: Uint8Array | null;
  readonly sproutDelta: bigint;
  readonly saplingDelta: bigint;
  readonly logicalTime: number;
}

export function encodeSnapshotHeader(node: HeaderNode): Uint8Array {
  const writer = new ByteWriter(2048).varBytes(encodeHeader(node.header)).u32(node.transactionCount).u32(node.size);
  writer.varBytes(node.sproutRoot ?? new Uint8Array(0));
  writer.i64(node.sproutDelta ?? 0n).i64(node.saplingDelta ?? 0n);
  return writer.i64(BigInt(node.logicalTime ?? node.time)).finish();
}

/** @throws DecodeError */
export function decodeSnapshotHeader(record: Uint8Array): SnapshotHeader {
  const reader = new ByteReader(record);
  const header = decodeHeader(reader.varBytes().slice());
  const transactionCount = reader.u32();
  const size = reader.u32();
  const root = reader.varBytes();
  if (root.length !== 0 && root.length !== 32) throw new DecodeError("a tree root has 32 bytes");
  const sproutDelta = reader.i64();
  const saplingDelta = reader.i64();
  const logicalTime = Number(reader.i64());
  if (reader.remaining > 0 || transactionCount === 0) throw new DecodeError("a header record is malformed");
  const sproutRoot = root.length === 0 ? null : root.slice();
  return { header, transactionCount, size, sproutRoot, sproutDelta, saplingDelta, logicalTime };
}
