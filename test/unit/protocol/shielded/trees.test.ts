import { describe, expect, test } from "bun:test";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import {
  ByteReader,
  ByteWriter,
  DecodeError,
  fromDisplayHash,
  fromHex,
  toDisplayHash,
  toHex,
} from "../../../../src/protocol/bytes/index.ts";
import { readFrontier } from "../../../../src/protocol/shielded/incremental-tree.ts";
import {
  EMPTY_SAPLING_ROOT,
  EMPTY_SPROUT_ROOT,
  IncrementalTree,
  IncrementalWitness,
  SAPLING_TREE_HASH,
  SaplingTree,
  SPROUT_TREE_HASH,
  SproutTree,
  saplingMerkleHash,
  type TreeHash,
} from "../../../../src/protocol/shielded/index.ts";
import { sha256Compress } from "../../../../src/protocol/shielded/sha256-compress.ts";
import { readVectors } from "./vectors.ts";

/** Depth of the trees of the reference's vectors. */
const DEPTH = 4;

function serializePath(witness: IncrementalWitness): string {
  const steps = witness.path();
  const writer = new ByteWriter().compactSize(steps.length);
  for (const { sibling } of steps.toReversed()) writer.varBytes(sibling);
  writer.u64(steps.reduce((index, { isLeft }, level) => index | (isLeft ? 1n << BigInt(level) : 0n), 0n));
  return toHex(writer.finish());
}

describe.each([
  ["Sprout", "", SPROUT_TREE_HASH],
  ["Sapling", "_sapling", SAPLING_TREE_HASH],
] as [string, string, TreeHash][])("%s tree", (_name, suffix, hash) => {
  const commitments = readVectors<string[]>(`merkle_commitments${suffix}.json`).map(fromDisplayHash);
  const roots = readVectors<string[]>(`merkle_roots${suffix}.json`);
  const trees = readVectors<string[]>(`merkle_serialization${suffix}.json`);
  const paths = readVectors<string[]>(`merkle_path${suffix}.json`);
  const witnessBytes = readVectors<string[]>(`merkle_witness_serialization${suffix}.json`);

  test("reproduces the roots, serialisations, paths and witnesses of the reference", () => {
    const tree = new IncrementalTree(DEPTH, hash);
    const witnesses: IncrementalWitness[] = [];
    let pathCount = 0;
    let witnessCount = 0;
    for (const [i, commitment] of commitments.entries()) {
      witnesses.push(new IncrementalWitness(new IncrementalTree(DEPTH, hash, tree.frontier), hash));
      tree.append(commitment);
      expect(tree.size).toBe(i + 1);
      expect(tree.last).toEqual(commitment);
      expect(toHex(tree.root())).toBe(roots[i] as string);
      expect(toHex(tree.serialize())).toBe(trees[i] as string);
      const read = new IncrementalTree(DEPTH, hash, readFrontier(new ByteReader(tree.serialize()), DEPTH));
      expect(read.root()).toEqual(tree.root());
      for (const [w, witness] of witnesses.entries()) {
        witness.append(commitment);
        if (w === 0) {
          // The first one follows the commitment of an empty tree: there is none.
          expect(witness.element).toBeNull();
          expect(() => witness.path()).toThrow(RangeError);
        } else {
          expect(witness.element).toEqual(commitments[w - 1] as Uint8Array);
          expect(witness.position).toBe(w - 1);
          expect(serializePath(witness)).toBe(paths[pathCount++] as string);
        }
        const bytes = witness.serialize();
        expect(toHex(bytes)).toBe(witnessBytes[witnessCount++] as string);
        expect(IncrementalWitness.read(new ByteReader(bytes), DEPTH, hash).serialize()).toEqual(bytes);
        expect(witness.root()).toEqual(tree.root());
      }
    }
    expect([pathCount, witnessCount]).toEqual([paths.length, witnessBytes.length]);
    expect(() => tree.append(new Uint8Array(32))).toThrow("full");
    for (const witness of witnesses) expect(() => witness.append(new Uint8Array(32))).toThrow("full");
  });

  test("a path leads from its commitment to the root", () => {
    const tree = new IncrementalTree(DEPTH, hash);
    for (const commitment of commitments.slice(0, 5)) tree.append(commitment);
    const witness = new IncrementalWitness(new IncrementalTree(DEPTH, hash, tree.frontier), hash);
    for (const commitment of commitments.slice(5, 11)) {
      tree.append(commitment);
      witness.append(commitment);
    }
    let node = witness.element as Uint8Array;
    for (const [level, { sibling, isLeft }] of witness.path().entries()) {
      node = isLeft ? hash.combine(level, sibling, node) : hash.combine(level, node, sibling);
    }
    expect(node).toEqual(tree.root());
  });

  test("a tree equals the plain Merkle tree over its leaves and empty leaves", () => {
    const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 16 }), (leaves) => {
        const tree = new IncrementalTree(DEPTH, hash);
        for (const commitment of leaves) tree.append(commitment);
        let row = Array.from({ length: 16 }, (_, i) => leaves[i] ?? hash.emptyRoot(0));
        for (let level = 0; level < DEPTH; level++) {
          row = Array.from({ length: row.length / 2 }, (_, i) =>
            hash.combine(level, row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
          );
        }
        expect(tree.root()).toEqual(row[0] as Uint8Array);
      }),
      { numRuns: 25 },
    );
  });
});

describe("trees of the chain", () => {
  test("the empty roots are what empty leaves give", () => {
    let sprout: Uint8Array = new Uint8Array(32);
    for (let level = 0; level < 29; level++) sprout = sha256Compress(sprout, sprout);
    expect(sprout).toEqual(EMPTY_SPROUT_ROOT);
    let sapling: Uint8Array = Uint8Array.of(1, ...new Uint8Array(31));
    for (let level = 0; level < 32; level++) sapling = saplingMerkleHash(level, sapling, sapling);
    expect(sapling).toEqual(EMPTY_SAPLING_ROOT);
    expect(toDisplayHash(new SproutTree().root())).toBe(
      "59d2cde5e65c1414c32ba54f0fe4bdb3d67618125286e6a191317917c812c6d7",
    );
    expect(toDisplayHash(new SaplingTree().root())).toBe(
      "3e49b5f954aa9d3545bc6c37744661eea48d7c34e3000d82b7f0010c30f4c2fb",
    );
  });

  test("the roots of real block headers follow from the outputs of the blocks", () => {
    const { blocks } = readVectors<{ blocks: { commitments: string[]; root: string }[] }>("sapling-roots.json");
    const tree = new SaplingTree();
    for (const { commitments, root } of blocks) {
      for (const commitment of commitments) tree.append(fromHex(commitment));
      expect(toDisplayHash(tree.root())).toBe(root);
    }
    expect(tree.size).toBe(7);
  });

  test("a clone goes its own way", () => {
    for (const make of [() => new SproutTree(), () => new SaplingTree()]) {
      const tree = make();
      for (let i = 1; i <= 3; i++) tree.append(new Uint8Array(32).fill(i));
      const before = tree.root();
      const copy = tree.clone();
      copy.append(new Uint8Array(32).fill(4));
      expect(tree.root()).toEqual(before);
      expect(tree.size).toBe(3);
      expect(copy.root()).not.toEqual(before);
      tree.append(new Uint8Array(32).fill(4));
      expect(tree.root()).toEqual(copy.root());
    }
  });

  test("a commitment is copied, so that the buffer it came from may change", () => {
    const tree = new SproutTree();
    const commitment = new Uint8Array(32).fill(7);
    tree.append(commitment);
    const bytes = tree.serialize();
    commitment.fill(9);
    expect(tree.serialize()).toEqual(bytes);
  });

  test("serialisation round trip", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 70 }), (leaves) => {
        const tree = new SproutTree();
        for (const leaf of leaves) tree.append(leaf);
        const copy = SproutTree.deserialize(tree.serialize());
        expect(copy.size).toBe(leaves.length);
        expect(copy.root()).toEqual(tree.root());
        expect(copy.serialize()).toEqual(tree.serialize());
      }),
      { numRuns: 40 },
    );
  });

  const node = "55b852781b9995a44c939b64e441ae2724b96f99c8f4fb9a141cfc9842c4b0e3";
  test.each([
    ["the last parent is empty", `01${node}000100`],
    ["a right leaf without a left one", `0001${node}00`],
    ["a parent without a left leaf", `00000101${node}`],
    ["more parents than the depth allows", `01${node}00${(32).toString(16)}${`01${node}`.repeat(32)}`],
    ["a flag that is neither 0 nor 1", `02${node}0000`],
    ["an end inside a node", `01${node.slice(2)}`],
    ["a parent count beyond the end", `01${node}00fe00000002`],
    ["bytes behind the tree", `01${node}000000`],
    ["nothing", ""],
  ])("refuses %s", (_reason, hex) => {
    expect(() => SproutTree.deserialize(fromHex(hex))).toThrow(DecodeError);
    expect(() => SaplingTree.deserialize(fromHex(hex))).toThrow(DecodeError);
  });

  test("a node of another length is refused", () => {
    expect(() => new SproutTree().append(new Uint8Array(31))).toThrow(RangeError);
    expect(() => saplingMerkleHash(0, new Uint8Array(33), new Uint8Array(32))).toThrow(RangeError);
    expect(() => saplingMerkleHash(0, new Uint8Array(32), new Uint8Array(31))).toThrow(RangeError);
  });

  test("the compression function is a SHA-256 step: with a padding block it would be SHA-256", () => {
    // The digest of 64 bytes needs a second block, so it has to differ.
    const left = new Uint8Array(32).fill(1);
    const right = new Uint8Array(32).fill(2);
    expect(sha256Compress(left, right)).not.toEqual(sha256(new Uint8Array([...left, ...right])));
    // "abc" with its padding is one block, so here the two agree.
    const block = new Uint8Array(64);
    block.set([0x61, 0x62, 0x63, 0x80]);
    block[63] = 24;
    expect(sha256Compress(block.subarray(0, 32), block.subarray(32))).toEqual(sha256(Uint8Array.of(0x61, 0x62, 0x63)));
  });

  test("the top bit of a Sapling node does not enter the hash", () => {
    const high = new Uint8Array(32).fill(0xff);
    const low = high.slice();
    low[31] = 0x7f;
    expect(saplingMerkleHash(3, high, high)).toEqual(saplingMerkleHash(3, low, low));
    expect(saplingMerkleHash(3, high, high)).not.toEqual(saplingMerkleHash(4, high, high));
  });
});
