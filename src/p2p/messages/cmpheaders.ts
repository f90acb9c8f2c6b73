import type { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";
import {
  type BlockHeader,
  makeHeader,
  PON_BLOCK_VERSION,
  readOutPoint,
  writeOutPoint,
} from "../../protocol/primitives/index.ts";
import type { MessageCodec } from "./message-codec.ts";
import { ProtocolViolation } from "./protocol-violation.ts";

/** Most entries of one message; as many mean that there are more. */
export const MAX_COMPACT_HEADERS = 2000;

const HASH_SIZE = 32;

/** A header whose solution was left out; its hash is only claimed then (spec p2p.md 3.4). */
export interface CompactHeader {
  readonly prevHash: Uint8Array;
  /** Claimed for proof of work, computed for Proof of Node. Wire order. */
  readonly hash: Uint8Array;
  /** Fields as in a whole header; an empty solution for proof of work. */
  readonly header: Omit<BlockHeader, "hash">;
}

const NO_SOLUTION = new Uint8Array(0);

export function compactHeader(header: BlockHeader): CompactHeader {
  return { prevHash: header.prevHash, hash: header.hash, header };
}

function writeEntry(writer: ByteWriter, { header, hash }: CompactHeader): void {
  writer.i32(header.version).fixed(header.prevHash).fixed(header.merkleRoot).fixed(header.finalSaplingRoot);
  writer.u32(header.time).u32(header.bits);
  if (header.proof.kind === "pow") writer.fixed(header.proof.nonce).fixed(hash);
  else {
    writeOutPoint(writer, header.proof.collateral);
    writer.varBytes(header.proof.signature);
  }
}

function readEntry(reader: ByteReader): CompactHeader {
  const version = reader.i32();
  const prevHash = reader.fixed(HASH_SIZE);
  const merkleRoot = reader.fixed(HASH_SIZE);
  const finalSaplingRoot = reader.fixed(HASH_SIZE);
  const common = { version, prevHash, merkleRoot, finalSaplingRoot, time: reader.u32(), bits: reader.u32() };
  if (version >= PON_BLOCK_VERSION) {
    const collateral = readOutPoint(reader);
    const header = makeHeader({ ...common, proof: { kind: "pon", collateral, signature: reader.varBytes() } });
    return { prevHash, hash: header.hash, header };
  }
  const nonce = reader.fixed(HASH_SIZE);
  const hash = reader.fixed(HASH_SIZE);
  return { prevHash, hash, header: { ...common, proof: { kind: "pow", nonce, solution: NO_SOLUTION } } };
}

/** Headers without their solutions, for what lies below the last checkpoint. */
export const cmpheadersMessage: MessageCodec<readonly CompactHeader[]> = {
  command: "cmpheaders",
  write(writer, entries) {
    writer.compactSize(entries.length);
    for (const entry of entries) writeEntry(writer, entry);
  },
  read(reader) {
    const count = reader.compactSize();
    if (count > MAX_COMPACT_HEADERS) throw new ProtocolViolation(`cmpheaders with ${count} entries`, 20);
    return Array.from({ length: count }, () => readEntry(reader));
  },
};
