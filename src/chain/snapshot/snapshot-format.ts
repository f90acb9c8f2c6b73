import { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";

/** First bytes of the content: "fluxsnap". */
export const SNAPSHOT_MAGIC = new TextEncoder().encode("fluxsnap");
export const SNAPSHOT_VERSION = 1;
export const DIGEST_SIZE = 32;

/** Sections in the order of the content; each holds as many records as the head says. */
export const SECTIONS = ["blocks", "headers", "coins", "nullifiers", "anchors", "nodes", "delegates"] as const;
export type Section = (typeof SECTIONS)[number];

/** No record is larger: a block has at most 2 MB, and what one transaction leaves is smaller. */
export const MAXIMUM_RECORD = 8_000_000;

/** What a snapshot says about itself. Hashes in wire order. */
export interface SnapshotHead {
  readonly version: number;
  /** Hash of the network's genesis block. */
  readonly genesis: Uint8Array;
  readonly height: number;
  readonly blockHash: Uint8Array;
  /** hash_serialized of gettxoutsetinfo (spec rpc.md section 2). */
  readonly coinsHash: Uint8Array;
  readonly counts: Readonly<Record<Section, number>>;
}

export const PREFIX_SIZE = SNAPSHOT_MAGIC.length + 4;
/** Magic, version, genesis, height, block hash, coin hash, counts. */
export const HEAD_SIZE = PREFIX_SIZE + 32 + 4 + 32 + 32 + 4 * SECTIONS.length;

export function encodeHead(head: SnapshotHead): Uint8Array {
  const writer = new ByteWriter(HEAD_SIZE).fixed(SNAPSHOT_MAGIC).u32(head.version);
  writer.fixed(head.genesis).u32(head.height).fixed(head.blockHash).fixed(head.coinsHash);
  for (const section of SECTIONS) writer.u32(head.counts[section]);
  return writer.finish();
}

/** @param bytes HEAD_SIZE bytes of a snapshot of this version */
export function decodeHead(bytes: Uint8Array): SnapshotHead {
  const reader = new ByteReader(bytes, SNAPSHOT_MAGIC.length);
  const version = reader.u32();
  const genesis = reader.fixed(32).slice();
  const height = reader.u32();
  const blockHash = reader.fixed(32).slice();
  const coinsHash = reader.fixed(32).slice();
  const counts = {} as Record<Section, number>;
  for (const section of SECTIONS) counts[section] = reader.u32();
  return { version, genesis, height, blockHash, coinsHash, counts };
}
