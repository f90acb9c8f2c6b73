import { describe, expect, test } from "bun:test";
import {
  compactSizeLength,
  fromDisplayHash,
  fromHex,
  toDisplayHash,
  toHex,
} from "../../../../src/protocol/bytes/index.ts";
import { equihashVerify, equihashVerifyReference, merkleRoot } from "../../../../src/protocol/crypto/index.ts";
import {
  decodeBlock,
  decodeHeader,
  decodeTransaction,
  encodeBlock,
  encodeHeader,
  equihashInput,
  PON_BLOCK_VERSION,
  type PonProof,
} from "../../../../src/protocol/primitives/index.ts";
import {
  checkPonTarget,
  checkPowTarget,
  headerPonHash,
  ponHash,
  ponSignatureValid,
  ponSlot,
  transactionsRoot,
} from "../../../../src/protocol/rules/index.ts";
import { BLOCKS, type BlockItem, MAIN, PARTIAL_BLOCKS, readVectors, TRANSACTIONS, unknownFields } from "./vectors.ts";

const FIELDS = [
  ...["height", "hash", "version", "size", "prevHash", "merkleRoot", "finalSaplingRoot", "time", "bits", "raw"],
  ...["collateral", "blockSig", "slot", "ponHash", "blockSigRecoveredPubkeyCandidates", "transactions"],
  // Compared in block-hashes.test.ts and chain-facts.test.ts.
  ...["nextHash", "chainwork"],
];
const PARTIAL_FIELDS = [...FIELDS, "blockHash", "blockSize", "collateralPrefix", "complete"];

function blockAt(height: number): BlockItem {
  const item = BLOCKS.find((block) => block.height === height);
  if (!item) throw new Error(`no block ${height}`);
  return item;
}

describe("blocks of the main network", () => {
  test("are those of proof of work and of Proof of Node", () => {
    expect(BLOCKS.map((block) => block.height)).toEqual([100_000, 2_020_000]);
  });

  test.each(BLOCKS.map((item) => [item.height, item] as const))("block %i", (_, item) => {
    expect(unknownFields(item, FIELDS)).toEqual([]);
    const raw = fromHex(item.raw);
    const { header, transactions } = decodeBlock(raw);
    expect({
      hash: toDisplayHash(header.hash),
      version: header.version,
      size: raw.length,
      prevHash: toDisplayHash(header.prevHash),
      merkleRoot: toDisplayHash(header.merkleRoot),
      finalSaplingRoot: toDisplayHash(header.finalSaplingRoot),
      time: header.time,
      bits: header.bits.toString(16),
      txids: transactions.map((tx) => toDisplayHash(tx.txid)),
      transactions: transactions.map((tx) => toHex(tx.raw)),
    }).toEqual({
      hash: item.hash,
      version: item.version,
      size: item.size,
      prevHash: item.prevHash,
      merkleRoot: item.merkleRoot,
      finalSaplingRoot: item.finalSaplingRoot,
      time: item.time,
      bits: item.bits,
      txids: item.transactions.map((tx) => tx.txid),
      transactions: item.transactions.map((tx) => tx.hex),
    });
    expect(toHex(encodeBlock(header, transactions))).toBe(item.raw);
    expect(transactionsRoot(transactions)).toEqual({ root: header.merkleRoot, mutated: false });
  });

  test("block 100000 has a solution and meets its target", () => {
    const header = decodeHeader(fromHex(blockAt(100_000).raw));
    if (header.proof.kind !== "pow") throw new Error("a PoW block was expected");
    for (const verify of [equihashVerify, equihashVerifyReference]) {
      expect(verify(200, 9, equihashInput(header), header.proof.solution)).toBe(true);
    }
    expect(checkPowTarget(header.hash, header.bits, MAIN)).toBe(true);
  });

  test("block 2020000 has its slot and a lot that meets its target", () => {
    const item = blockAt(2_020_000);
    const header = decodeHeader(fromHex(item.raw));
    const proof = header.proof as PonProof;
    expect({
      kind: proof.kind,
      collateral: { txid: toDisplayHash(proof.collateral.txid), vout: proof.collateral.index },
      blockSig: toHex(proof.signature),
      slot: ponSlot(header.time, MAIN),
      ponHash: toDisplayHash(headerPonHash(header, MAIN) as Uint8Array),
    }).toEqual({
      kind: "pon",
      collateral: item.collateral as never,
      blockSig: item.blockSig as string,
      slot: item.slot as number,
      ponHash: item.ponHash as string,
    });
    const lot = fromDisplayHash(item.ponHash as string);
    expect(checkPonTarget(lot, header.bits, MAIN, item.height)).toBe(true);
    const next = ponHash(proof.collateral, header.prevHash, (item.slot as number) + 1);
    expect(next).not.toEqual(lot);
  });

  test("the signature of block 2020000 fits the two keys that it can come from, and no other block", () => {
    // No public source tells the node's key, so it is one of the two that an ECDSA signature leaves open.
    const item = blockAt(2_020_000);
    const header = decodeHeader(fromHex(item.raw));
    const keys = (item.blockSigRecoveredPubkeyCandidates ?? []).map(fromHex);
    expect(keys.length).toBe(2);
    for (const key of keys) {
      expect(ponSignatureValid(header, key)).toBe(true);
      const later = decodeHeader(encodeHeader({ ...header, time: header.time + 1 }));
      expect(ponSignatureValid(later, key)).toBe(false);
      const proof = header.proof as PonProof;
      const changed = proof.signature.slice();
      changed[40] = (changed[40] as number) ^ 1;
      expect(ponSignatureValid({ ...header, proof: { ...proof, signature: changed } }, key)).toBe(false);
      // The signature is outside the hash.
      const bare = encodeHeader({ ...header, proof: { ...proof, signature: new Uint8Array(0) } });
      expect(decodeHeader(bare).hash).toEqual(header.hash);
    }
    const stranger = TRANSACTIONS.find(({ item: { nodePubkey } }) => nodePubkey)?.item.nodePubkey as string;
    expect(ponSignatureValid(header, fromHex(stranger))).toBe(false);
  });
});

/**
 * The sources show five bytes of the producers' collateral txids, so these headers cannot be put together and neither hash
 * nor signature can be checked.
 */
describe("Proof-of-Node blocks without their whole header", () => {
  test.each(PARTIAL_BLOCKS.map((item) => [item.height, item] as const))("block %i", (_, item) => {
    expect(unknownFields(item, PARTIAL_FIELDS)).toEqual([]);
    expect(item.version).toBe(PON_BLOCK_VERSION);
    expect(item.collateralPrefix).toHaveLength(10);
    const transactions = item.transactions.map((tx) => decodeTransaction(fromHex(tx.hex)));
    const signature = (item.blockSig as string).length / 2;
    const header = 4 + 32 + 32 + 32 + 4 + 4 + 36 + compactSizeLength(signature) + signature;
    const size = transactions.reduce((sum, tx) => sum + tx.raw.length, header + 1);
    const { root } = transactionsRoot(transactions);
    if (item.complete) {
      expect(size).toBe(item.blockSize);
      expect(toDisplayHash(root)).toBe(item.merkleRoot);
    } else {
      expect(size).toBeLessThan(item.blockSize);
      expect(toDisplayHash(root)).not.toBe(item.merkleRoot);
    }
  });

  test("one of them is complete", () => {
    expect(PARTIAL_BLOCKS.map(({ height, complete }) => [height, complete])).toEqual([
      [2_996_879, true],
      [2_996_812, false],
    ]);
  });
});

test("lists of transaction ids have the merkle roots of their blocks", () => {
  const { items } = readVectors<{
    items: { txids: string[]; merkleRoot?: string; computedMerkleRoot?: string; height: number; blockHash?: string }[];
  }>("mainnet/merkle-roots.json");
  expect(items.map((item) => item.height)).toEqual([588_530, 590_823, 2_020_000, 331_897]);
  for (const item of items) {
    expect(
      unknownFields(item, ["txids", "merkleRoot", "computedMerkleRoot", "height", "blockHash", "blockTime"]),
    ).toEqual([]);
    const leaves = fromHex(item.txids.map((txid) => toHex(fromDisplayHash(txid))).join(""));
    expect(toDisplayHash(merkleRoot(leaves).root)).toBe((item.merkleRoot ?? item.computedMerkleRoot) as string);
  }
});
