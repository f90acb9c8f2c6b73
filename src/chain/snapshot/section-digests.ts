import { type Sha256Stream, sha256Stream } from "../../platform/index.ts";
import { toHex } from "../../protocol/bytes/index.ts";
import { SECTIONS, type Section } from "./snapshot-format.ts";
import type { SnapshotVisitor } from "./snapshot-parser.ts";

/** Hex SHA-256 of the records of each section of a snapshot, so that two states can be compared part by part. */
export type SectionHashes = Readonly<Record<Section, string>>;

/** Computes {@link SectionHashes} while a snapshot is read. */
export class SectionDigests implements SnapshotVisitor {
  private readonly streams = new Map<Section, Sha256Stream>(SECTIONS.map((section) => [section, sha256Stream()]));

  head(): void {}

  record(section: Section, record: Uint8Array): void {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, record.length, true);
    const stream = this.streams.get(section);
    stream?.update(length);
    stream?.update(record);
  }

  finish(): SectionHashes {
    const hashes = {} as Record<Section, string>;
    for (const [section, stream] of this.streams) hashes[section] = toHex(stream.digest());
    return hashes;
  }
}
