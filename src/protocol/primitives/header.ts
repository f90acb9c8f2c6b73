import { ByteReader, ByteWriter } from "../bytes/index.ts";
import { sha256d } from "../crypto/index.ts";
import { type OutPoint, readOutPoint, writeOutPoint } from "./outpoint.ts";

/** Every version from here on is a Proof-of-Node block (spec block-and-pow.md 1.1). */
export const PON_BLOCK_VERSION = 100;

/** Bytes of the fields from the previous block's hash to the target, of a PON collateral and of a nonce. */
const COMMON_SIZE = 104;
const OUTPOINT_SIZE = 36;
const NONCE_SIZE = 32;

export interface PowProof {
  readonly kind: "pow";
  /** 32 bytes, wire order. */
  readonly nonce: Uint8Array;
  readonly solution: Uint8Array;
}

export interface PonProof {
  readonly kind: "pon";
  readonly collateral: OutPoint;
  /** Not covered by the block hash. */
  readonly signature: Uint8Array;
}

export interface BlockHeader {
  /** Signed 32-bit. */
  readonly version: number;
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly finalSaplingRoot: Uint8Array;
  /** Unix seconds. */
  readonly time: number;
  /** Compact target. */
  readonly bits: number;
  readonly proof: PowProof | PonProof;
  /** SHA-256d of the header, a PON signature left out; wire order. */
  readonly hash: Uint8Array;
}

export type BlockHeaderFields = Omit<BlockHeader, "hash">;

/** Reads a header in the layout that its version selects. Byte fields are views on the input. */
export function readHeader(reader: ByteReader): BlockHeader {
  const start = reader.offset;
  const version = reader.i32();
  const prevHash = reader.fixed(32);
  const merkleRoot = reader.fixed(32);
  const finalSaplingRoot = reader.fixed(32);
  const time = reader.u32();
  const bits = reader.u32();
  let hashEnd: number;
  let proof: PowProof | PonProof;
  if (version >= PON_BLOCK_VERSION) {
    const collateral = readOutPoint(reader);
    hashEnd = reader.offset;
    proof = { kind: "pon", collateral, signature: reader.varBytes() };
  } else {
    proof = { kind: "pow", nonce: reader.fixed(32), solution: reader.varBytes() };
    hashEnd = reader.offset;
  }
  const hash = sha256d(reader.bytes.subarray(start, hashEnd));
  return { version, prevHash, merkleRoot, finalSaplingRoot, time, bits, proof, hash };
}

/** Passes over a header. */
export function skipHeader(reader: ByteReader): void {
  const version = reader.i32();
  reader.skip(COMMON_SIZE);
  reader.skip(version >= PON_BLOCK_VERSION ? OUTPOINT_SIZE : NONCE_SIZE);
  reader.skip(reader.compactSize());
}

function writeCommon(writer: ByteWriter, header: BlockHeaderFields): ByteWriter {
  return writer
    .i32(header.version)
    .fixed(header.prevHash)
    .fixed(header.merkleRoot)
    .fixed(header.finalSaplingRoot)
    .u32(header.time)
    .u32(header.bits);
}

export function writeHeader(writer: ByteWriter, header: BlockHeaderFields): void {
  writeCommon(writer, header);
  if (header.proof.kind === "pow") writer.fixed(header.proof.nonce).varBytes(header.proof.solution);
  else {
    writeOutPoint(writer, header.proof.collateral);
    writer.varBytes(header.proof.signature);
  }
}

export function encodeHeader(header: BlockHeaderFields): Uint8Array {
  const writer = new ByteWriter(256);
  writeHeader(writer, header);
  return writer.finish();
}

/**
 * Decodes one header at the start of `bytes`.
 * @throws DecodeError when there is no complete header.
 */
export function decodeHeader(bytes: Uint8Array): BlockHeader {
  return readHeader(new ByteReader(bytes));
}

/** The 140 bytes that an Equihash solution is about: header fields 1 to 6 and the nonce (spec block-and-pow.md 3.1). */
export function equihashInput(header: BlockHeaderFields): Uint8Array {
  const writer = writeCommon(new ByteWriter(140), header);
  if (header.proof.kind === "pow") writer.fixed(header.proof.nonce);
  return writer.finish();
}

/** Completes header fields with their hash. */
export function makeHeader(fields: BlockHeaderFields): BlockHeader {
  const writer = writeCommon(new ByteWriter(256), fields);
  if (fields.proof.kind === "pow") writer.fixed(fields.proof.nonce).varBytes(fields.proof.solution);
  else writeOutPoint(writer, fields.proof.collateral);
  return { ...fields, hash: sha256d(writer.finish()) };
}
