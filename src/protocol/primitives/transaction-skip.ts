import type { ByteReader } from "../bytes/index.ts";
import { readFluxnodePayload } from "./fluxnode-codec.ts";
import {
  GROTH16_JOINSPLIT_SIZE,
  INPUT_SIZE,
  OUTPUT_SIZE,
  OVERWINTERED_BIT,
  PHGR13_JOINSPLIT_SIZE,
  SAPLING_OUTPUT_SIZE,
  SAPLING_SPEND_SIZE,
} from "./transaction-codec.ts";

const OUTPOINT_SIZE = 36;
/** Public key and signature of JoinSplits. */
const JOINSPLIT_SIGNATURE_SIZE = 96;
const BINDING_SIGNATURE_SIZE = 64;

function isFluxnodeHeader(header: number): boolean {
  return header === 5 || header === 6;
}

/** True if the transaction that starts here is a fluxnode transaction. */
export function isFluxnodeAt(bytes: Uint8Array, offset: number): boolean {
  return isFluxnodeHeader(bytes[offset] as number) && !bytes[offset + 1] && !bytes[offset + 2] && !bytes[offset + 3];
}

function skipList(reader: ByteReader, itemSize: number): number {
  const count = reader.count(itemSize);
  reader.skip(count * itemSize);
  return count;
}

function skipInput(reader: ByteReader): void {
  reader.skip(OUTPOINT_SIZE);
  reader.skip(reader.compactSize());
  reader.skip(4);
}

/** Passes over header word and group id of a transaction that is none of a fluxnode; returns the header word. */
function skipHead(reader: ByteReader): number {
  const header = reader.u32();
  if (header >= OVERWINTERED_BIT) reader.skip(4);
  return header;
}

/**
 * Passes over one transaction of a known form without allocating; fluxnode transactions are decoded.
 * @throws DecodeError when there is no complete transaction
 */
export function skipTransaction(reader: ByteReader): void {
  const header = skipHead(reader);
  if (isFluxnodeHeader(header)) {
    readFluxnodePayload(reader, header);
    return;
  }
  const overwintered = header >= OVERWINTERED_BIT;
  const version = header & 0x7fffffff;
  const sapling = overwintered && version === 4;
  for (let left = reader.count(INPUT_SIZE); left > 0; left--) skipInput(reader);
  for (let left = reader.count(OUTPUT_SIZE); left > 0; left--) {
    reader.skip(8);
    reader.skip(reader.compactSize());
  }
  reader.skip(overwintered ? 8 : 4);
  let shielded = 0;
  if (sapling) {
    reader.skip(8);
    shielded = skipList(reader, SAPLING_SPEND_SIZE) + skipList(reader, SAPLING_OUTPUT_SIZE);
  }
  if (version >= 2 && skipList(reader, sapling ? GROTH16_JOINSPLIT_SIZE : PHGR13_JOINSPLIT_SIZE) > 0) {
    reader.skip(JOINSPLIT_SIGNATURE_SIZE);
  }
  if (shielded > 0) reader.skip(BINDING_SIGNATURE_SIZE);
}

/** Goes from the start of a transaction that is none of a fluxnode to its `input`th input; false if it has fewer. */
export function skipToInput(reader: ByteReader, input: number): boolean {
  skipHead(reader);
  const count = reader.count(INPUT_SIZE);
  for (let i = 0; i < Math.min(input, count); i++) skipInput(reader);
  return input < count;
}
