import { type Sha256Stream, sha256Stream } from "../../platform/index.ts";
import { ByteWriter, toHex } from "../../protocol/bytes/index.ts";
import { type Block, decodeBlock } from "../../protocol/primitives/index.ts";
import { SECTIONS, type Section } from "./snapshot-format.ts";
import { decodeSnapshotHeader, type SnapshotHeader } from "./snapshot-header.ts";
import { parseSnapshot, type SnapshotVisitor } from "./snapshot-parser.ts";

/** Hex SHA-256 of what each section of a snapshot says, so that two states can be compared part by part. */
export type SectionHashes = Readonly<Record<Section, string>>;

/**
 * Computes {@link SectionHashes} while a snapshot is read. Signatures that no hash of the chain commits to are left out: whoever passes a
 * block on can give it another valid one, so two honest nodes may hold different bytes of the same block.
 */
export class SectionDigests implements SnapshotVisitor {
  private readonly streams = new Map<Section, Sha256Stream>(SECTIONS.map((section) => [section, sha256Stream()]));

  head(): void {}

  record(section: Section, record: Uint8Array): void {
    if (section === "blocks") this.block(decodeBlock(record));
    else if (section === "headers") this.header(decodeSnapshotHeader(record));
    else this.add(section, record);
  }

  /** The record of a block that is decoded. Its hash stands for it: its reader has compared the transactions with it. */
  block({ header }: Block): void {
    this.add("blocks", header.hash);
  }

  /** The record of a header that is decoded. */
  header(entry: SnapshotHeader): void {
    this.add("headers", settledPart(entry));
  }

  private add(section: Section, settled: Uint8Array): void {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, settled.length, true);
    const stream = this.streams.get(section);
    stream?.update(length);
    stream?.update(settled);
  }

  finish(): SectionHashes {
    const hashes = {} as Record<Section, string>;
    for (const [section, stream] of this.streams) hashes[section] = toHex(stream.digest());
    return hashes;
  }
}

/** What every honest node has to say of this header. */
function settledPart(entry: SnapshotHeader): Uint8Array {
  const { header, transactionCount, sproutRoot, sproutDelta, saplingDelta, logicalTime } = entry;
  // Not the size: signatures are part of it.
  const writer = new ByteWriter(96)
    .fixed(header.hash)
    .u32(transactionCount)
    .varBytes(sproutRoot ?? new Uint8Array(0));
  return writer.i64(sproutDelta).i64(saplingDelta).i64(BigInt(logicalTime)).finish();
}

/**
 * Reads the content of a snapshot for its {@link SectionHashes}.
 * @throws FluxError as parseSnapshot
 */
export async function sectionHashesOf(content: AsyncIterable<Uint8Array>): Promise<SectionHashes> {
  const digests = new SectionDigests();
  await parseSnapshot(content, digests);
  return digests.finish();
}

/** What differs, told to people; the coins first, because they are what a liar is after. */
const PARTS: readonly (readonly [section: Section, name: string])[] = [
  ["coins", "set of coins"],
  ["nodes", "list of fluxnodes"],
  ["delegates", "list of delegates"],
  ["nullifiers", "set of shielded nullifiers"],
  ["anchors", "set of shielded tree roots"],
  ["headers", "block index"],
  ["blocks", "last block"],
];

/** Names of the parts in which two states differ; none if they are equal. */
export function differentParts(a: SectionHashes, b: SectionHashes): string[] {
  return PARTS.filter(([section]) => a[section] !== b[section]).map(([, name]) => name);
}
