import { expect, test } from "bun:test";
import {
  ByteReader,
  ByteWriter,
  fromDisplayHash,
  fromHex,
  toDisplayHash,
  toHex,
} from "../../../../src/protocol/bytes/index.ts";
import { readPartialMerkleTree, writePartialMerkleTree } from "../../../../src/protocol/filters/index.ts";
import { encodeHeader, readHeader } from "../../../../src/protocol/primitives/index.ts";
import { checkHeader } from "../../../../src/protocol/rules/index.ts";
import { HEADERS, MAIN, readVectors, unknownFields } from "./vectors.ts";

interface ProofItem {
  readonly proof: string;
  readonly blockHash: string;
  readonly totalTransactions: number;
  readonly hashes: readonly string[];
  readonly flags: string;
  readonly matchedTxids: readonly string[];
}

const { items } = readVectors<{ items: readonly ProofItem[] }>("rpc/merkle-proofs.json");

test("transaction proofs of the main network", () => {
  expect(items.length).toBe(1);
  for (const item of items) {
    expect(unknownFields(item, ["proof", "blockHash", "totalTransactions", "hashes", "flags", "matchedTxids"])).toEqual(
      [],
    );
    const raw = fromHex(item.proof);
    const reader = new ByteReader(raw);
    const header = readHeader(reader);
    const tree = raw.subarray(reader.offset);
    expect(toDisplayHash(header.hash)).toBe(item.blockHash);
    expect(HEADERS.find(({ hash }) => hash === item.blockHash)?.header).toBe(toHex(encodeHeader(header)));
    expect(checkHeader(header, MAIN, { tipHeight: 2_999_999, adjustedTime: 2_000_000_000 })).toBeNull();

    const proof = readPartialMerkleTree(reader);
    expect(reader.offset).toBe(raw.length);
    expect(proof?.root).toEqual(header.merkleRoot);
    expect(proof?.matches.map(toDisplayHash)).toEqual([...item.matchedTxids]);

    const leaves = item.hashes.map(fromDisplayHash);
    expect(leaves.length).toBe(item.totalTransactions);
    const writer = new ByteWriter();
    const matched = leaves.map((leaf) => item.matchedTxids.includes(toDisplayHash(leaf)));
    writePartialMerkleTree(writer, leaves, matched);
    expect(writer.finish()).toEqual(tree);
    expect(toHex(tree).endsWith(`01${item.flags}`)).toBe(true);

    const changed = tree.slice();
    changed[5] = (changed[5] as number) ^ 1;
    expect(readPartialMerkleTree(new ByteReader(changed))?.root).not.toEqual(header.merkleRoot);
  }
});
