import { describe, expect, test } from "bun:test";
import { fromDisplayHash, fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { equihashVerify, equihashVerifyReference, merkleRoot } from "../../../../src/protocol/crypto/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  equihashInput,
} from "../../../../src/protocol/primitives/index.ts";
import { checkHeader, checkPowTarget, isSolutionSizeAllowed } from "../../../../src/protocol/rules/index.ts";
import { difficulty } from "../../../../src/server/rpc/shapes/difficulty.ts";
import { HEADERS, type HeaderItem, MAIN, readVectors, unknownFields } from "./vectors.ts";

const FIELDS = [
  ...["network", "height", "n", "k", "personalization", "twist", "hash", "header", "version", "prevHash"],
  ...["merkleRoot", "finalSaplingRoot", "time", "bits", "nonce", "solution", "txids", "difficulty", "checkpoint"],
  // What the whole block or the chain before it would be needed for; the work is compared in chain-facts.test.ts.
  ...["size", "mediantime", "chainwork"],
];
const CONTEXT = { tipHeight: 2_999_999, adjustedTime: 2_000_000_000 };

interface GenesisItem extends HeaderItem {
  readonly block: string;
  readonly size: number;
  readonly txids: readonly string[];
}

const genesis = readVectors<{ items: readonly GenesisItem[] }>("mainnet/genesis.json").items;
const alternatives = readVectors<{ alternativeSolutions: readonly HeaderItem[] }>(
  "mainnet/headers-pow.json",
).alternativeSolutions;

function expectFields(item: HeaderItem): void {
  const raw = fromHex(item.header);
  const header = decodeHeader(raw);
  if (header.proof.kind !== "pow") throw new Error("a PoW header was expected");
  expect({
    hash: toDisplayHash(header.hash),
    version: header.version,
    prevHash: toDisplayHash(header.prevHash),
    merkleRoot: toDisplayHash(header.merkleRoot),
    finalSaplingRoot: toDisplayHash(header.finalSaplingRoot),
    time: header.time,
    bits: header.bits.toString(16),
    nonce: toDisplayHash(header.proof.nonce),
    solution: toHex(header.proof.solution),
  }).toEqual({
    hash: item.hash,
    version: item.version,
    prevHash: item.prevHash,
    merkleRoot: item.merkleRoot,
    finalSaplingRoot: item.finalSaplingRoot,
    time: item.time,
    bits: item.bits,
    nonce: item.nonce,
    solution: item.solution,
  });
  expect(encodeHeader(header)).toEqual(raw);
  for (const verify of [equihashVerify, equihashVerifyReference]) {
    expect(verify(item.n, item.k, equihashInput(header), header.proof.solution)).toBe(true);
  }
  if (item.txids) {
    const leaves = fromHex(item.txids.map((txid) => toHex(fromDisplayHash(txid))).join(""));
    expect(merkleRoot(leaves)).toEqual({ root: header.merkleRoot, mutated: false });
  }
}

describe("proof-of-work headers of the main network", () => {
  test.each(HEADERS.map((item) => [item.height ?? "near 591122", item] as const))("height %p", (_, item) => {
    expect(unknownFields(item, FIELDS)).toEqual([]);
    expectFields(item);
    const header = decodeHeader(fromHex(item.header));
    expect(checkHeader(header, MAIN, CONTEXT)).toBeNull();
    if (item.height !== null) {
      expect(isSolutionSizeAllowed(item.solution.length / 2, item.height, MAIN)).toBe(true);
    }
    if (item.difficulty !== undefined) {
      // The daemon shows 16 digits.
      expect(Number(difficulty(header.bits, MAIN).toPrecision(16))).toBe(item.difficulty);
    }
    const checkpoint = MAIN.checkpoints.find((entry) => entry.height === item.height);
    if (item.checkpoint) expect(header.hash).toEqual(checkpoint?.hash as Uint8Array);
  });

  test("there are seven, one of them at a checkpoint", () => {
    expect(HEADERS.length).toBe(7);
    expect(HEADERS.filter((item) => item.checkpoint).map((item) => item.height)).toEqual([400_000]);
    expect(HEADERS.filter((item) => item.txids).length).toBe(2);
  });

  test("a second solution of the same header is good Equihash, but its hash misses the target", () => {
    expect(alternatives.length).toBe(1);
    for (const item of alternatives) {
      expect(unknownFields(item, FIELDS)).toEqual([]);
      expectFields(item);
      const header = decodeHeader(fromHex(item.header));
      expect(checkPowTarget(header.hash, header.bits, MAIN)).toBe(false);
      expect(checkHeader(header, MAIN, CONTEXT)).toMatchObject({ reason: "high-hash", blame: 50 });
      const mined = HEADERS.find((other) => other.prevHash === item.prevHash) as HeaderItem;
      const own = decodeHeader(fromHex(mined.header));
      expect(equihashInput(own)).toEqual(equihashInput(header));
      expect(mined.hash).not.toBe(item.hash);
    }
  });
});

describe("genesis blocks", () => {
  test("of three networks", () => {
    expect(genesis.map((item) => item.network)).toEqual(["main", "test", "regtest"]);
  });

  test.each(genesis.map((item) => [item.network, item] as const))("%s", (network, item) => {
    expect(unknownFields(item, [...FIELDS, "block"])).toEqual([]);
    expectFields(item);
    const params = builtInNetwork(network) as NetworkParams;
    const raw = fromHex(item.block);
    expect(raw).toEqual(params.genesisBlock);
    expect(raw.length).toBe(item.size);
    const { header, transactions } = decodeBlock(raw);
    expect(encodeBlock(header, transactions)).toEqual(raw);
    expect(toHex(encodeHeader(header))).toBe(item.header);
    expect(transactions.map((tx) => toDisplayHash(tx.txid))).toEqual([...item.txids]);
    expect(toDisplayHash(params.genesisHash)).toBe(item.hash);
    expect(checkPowTarget(header.hash, header.bits, params)).toBe(true);
  });
});
