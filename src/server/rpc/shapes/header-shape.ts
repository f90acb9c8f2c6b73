import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { type BlockHeader, formatShortOutPoint } from "../../../protocol/primitives/index.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { difficulty } from "./difficulty.ts";
import { hexNumber, hexWord } from "./text.ts";

/** 1 for the tip; -1 off the active chain. */
export function confirmations(entry: HeaderEntry, reader: ChainReader): number {
  return reader.isActive(entry) ? reader.tip.height - entry.height + 1 : -1;
}

/** The fields that prove a block, by its kind. The outpoint is abbreviated (spec rpc.md quirk 2). */
export function proofShape({ proof }: BlockHeader): JsonObject {
  if (proof.kind === "pon") {
    return { type: "PON", collateral: formatShortOutPoint(proof.collateral), blocksig: toHex(proof.signature) };
  }
  return { type: "POW", nonce: toDisplayHash(proof.nonce), solution: toHex(proof.solution) };
}

/** Target and work of a block. */
export function workShape(entry: HeaderEntry, reader: ChainReader): JsonObject {
  return {
    bits: hexWord(entry.bits),
    difficulty: difficulty(entry.bits, reader.params),
    chainwork: hexNumber(entry.chainWork),
  };
}

/** Hashes of the neighbours; the next one only on the active chain. */
export function neighbourShape(entry: HeaderEntry, reader: ChainReader): JsonObject {
  const next = reader.next(entry);
  return {
    previousblockhash: entry.parent ? toDisplayHash(entry.parent.hash) : undefined,
    nextblockhash: next ? toDisplayHash(next.hash) : undefined,
  };
}

/** Answer of `getblockheader`. */
export function headerShape(entry: HeaderEntry, reader: ChainReader): JsonObject {
  const { header } = entry;
  return {
    hash: toDisplayHash(entry.hash),
    confirmations: confirmations(entry, reader),
    height: entry.height,
    version: header.version,
    merkleroot: toDisplayHash(header.merkleRoot),
    finalsaplingroot: toDisplayHash(header.finalSaplingRoot),
    time: header.time,
    ...proofShape(header),
    ...workShape(entry, reader),
    ...neighbourShape(entry, reader),
  };
}
