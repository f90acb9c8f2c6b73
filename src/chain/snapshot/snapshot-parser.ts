import { FluxError, type Sha256Stream, sha256Stream } from "../../platform/index.ts";
import { DecodeError, equalBytes } from "../../protocol/bytes/index.ts";
import {
  DIGEST_SIZE,
  decodeHead,
  HEAD_SIZE,
  MAXIMUM_RECORD,
  PREFIX_SIZE,
  SECTIONS,
  type Section,
  SNAPSHOT_MAGIC,
  SNAPSHOT_VERSION,
  type SnapshotHead,
} from "./snapshot-format.ts";

/** What takes the parts of a snapshot as they come. Bytes of a record are lent until the call returns. */
export interface SnapshotVisitor {
  head(head: SnapshotHead): void;
  record(section: Section, record: Uint8Array): void;
}

export function snapshotDamaged(what: string, cause?: unknown): FluxError {
  return new FluxError("snapshot-damaged", `the snapshot cannot be used: ${what}`, {
    hint: "copy or download the file again; nothing was changed",
    cause,
  });
}

/** Takes a snapshot apart while it is read. Holds no more than one record and one piece of input. */
class SnapshotParser {
  private readonly visitor: SnapshotVisitor;
  private readonly hash: Sha256Stream = sha256Stream();
  private rest: Uint8Array = new Uint8Array(0);
  private position = 0;
  private counts: Readonly<Record<Section, number>> | null = null;
  private section = 0;
  private seen = 0;

  constructor(visitor: SnapshotVisitor) {
    this.visitor = visitor;
  }

  push(piece: Uint8Array): void {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    this.position = 0;
    if (!this.counts) this.readHead();
    if (this.counts) while (this.readRecord(this.counts));
    this.hash.update(this.rest.subarray(0, this.position));
    this.rest = this.rest.slice(this.position);
    if (this.complete && this.rest.length > DIGEST_SIZE) throw snapshotDamaged("something follows its end");
  }

  private get complete(): boolean {
    return this.counts !== null && this.section === SECTIONS.length;
  }

  private readHead(): void {
    const { rest } = this;
    if (rest.length < PREFIX_SIZE) return;
    if (!equalBytes(rest.subarray(0, SNAPSHOT_MAGIC.length), SNAPSHOT_MAGIC)) {
      throw new FluxError("snapshot-foreign", "the file is no snapshot", {
        hint: "is it really the file that was meant?",
      });
    }
    const version = new DataView(rest.buffer, rest.byteOffset).getUint32(SNAPSHOT_MAGIC.length, true);
    if (version !== SNAPSHOT_VERSION) {
      throw new FluxError(
        "snapshot-version",
        `the snapshot has version ${version}, this program reads ${SNAPSHOT_VERSION}`,
        {
          hint: "use a newer fluxnode",
          kind: "refused",
        },
      );
    }
    if (rest.length < HEAD_SIZE) return;
    const head = decodeHead(rest.subarray(0, HEAD_SIZE));
    this.visitor.head(head);
    this.counts = head.counts;
    this.position = HEAD_SIZE;
  }

  private readRecord(counts: Readonly<Record<Section, number>>): boolean {
    let section = SECTIONS[this.section];
    while (section && this.seen === counts[section]) {
      section = SECTIONS[++this.section];
      this.seen = 0;
    }
    const { rest, position } = this;
    if (!section || rest.length - position < 4) return false;
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(position, true);
    if (length > MAXIMUM_RECORD) throw snapshotDamaged(`a record of ${length} bytes is too large`);
    if (rest.length - position - 4 < length) return false;
    this.visitor.record(section, rest.subarray(position + 4, position + 4 + length));
    this.seen++;
    this.position += 4 + length;
    return true;
  }

  finish(): Uint8Array {
    if (!this.complete || this.rest.length < DIGEST_SIZE) throw snapshotDamaged("it is cut off");
    const digest = this.hash.digest();
    if (!equalBytes(digest, this.rest)) throw snapshotDamaged("its content is not what its SHA-256 says");
    return digest;
  }
}

/**
 * Reads a snapshot from its first byte to its last.
 * @returns the SHA-256 of its content
 * @throws FluxError snapshot-foreign, snapshot-version, snapshot-damaged, and what the visitor throws
 */
export async function parseSnapshot(bytes: AsyncIterable<Uint8Array>, visitor: SnapshotVisitor): Promise<Uint8Array> {
  const parser = new SnapshotParser(visitor);
  try {
    for await (const piece of bytes) parser.push(piece);
    return parser.finish();
  } catch (error) {
    throw error instanceof DecodeError ? snapshotDamaged(error.message, error) : error;
  }
}
