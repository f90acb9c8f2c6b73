import { expect, test } from "bun:test";
import { type HeaderRow, HeaderTree } from "../../../../src/chain/headers/index.ts";
import { nextTurn } from "../../../../src/platform/index.ts";
import { makeHeader } from "../../../../src/protocol/primitives/index.ts";

const EMPTY = new Uint8Array(32);

/** Headers are all alike but for their time, which stands for their row. */
function header(time: number) {
  const proof = { kind: "pow" as const, nonce: EMPTY, solution: new Uint8Array(0) };
  return makeHeader({
    version: 4,
    prevHash: EMPTY,
    merkleRoot: EMPTY,
    finalSaplingRoot: EMPTY,
    time,
    bits: 0x200f0f0f,
    proof,
  });
}

function row(id: number): HeaderRow {
  return {
    id,
    header: header(id),
    parentId: id - 1,
    height: id,
    chainWork: BigInt(id),
    logicalTime: null,
    fill: (node) => {
      node.leaf = false;
    },
  };
}

/** A store with so many headers in a row. */
function treeOf(count: number): HeaderTree {
  const known = new Map(Array.from({ length: count }, (_, id) => [Buffer.from(header(id).hash).toString("hex"), id]));
  return new HeaderTree({
    byHash: (hash) => {
      const id = known.get(Buffer.from(hash).toString("hex"));
      return id === undefined ? undefined : row(id);
    },
    byId: (id) => (id < count ? row(id) : undefined),
    leaves: () => [row(count - 1)],
    highestId: () => count - 1,
  });
}

test("whoever reads all headers does not fill the memory with them, though nothing is flushed", async () => {
  const count = 30_000;
  const tree = treeOf(count);
  const seen: WeakRef<object>[] = [];
  for (let id = 0; id < count; id++) {
    seen.push(new WeakRef(tree.byId(id)));
    if (id % 500 === 0) await nextTurn();
  }
  await nextTurn();
  Bun.gc(true);
  expect(seen.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(count / 2);
});

test("what is not stored yet is never let go of, and one header is never two objects", async () => {
  const count = 20_000;
  const tree = treeOf(count);
  const fresh = [1, 2, 3].map((i) => tree.add(header(count + i), tree.byId(count - 1)));
  const kept = tree.byId(5);
  kept.failed = true;
  tree.changed(kept);
  const held = tree.byId(6);
  for (let id = 0; id < count; id++) {
    tree.byId(id);
    if (id % 500 === 0) await nextTurn();
  }
  Bun.gc(true);
  for (const node of fresh) expect(tree.get(node.hash) === node).toBe(true);
  expect(tree.changes().map(({ id }) => id)).toEqual([5, count, count + 1, count + 2]);
  expect(tree.byId(5) === kept).toBe(true);
  expect(tree.get(header(5).hash)?.failed).toBe(true);
  expect(tree.byId(6) === held).toBe(true);
  expect(tree.byId(7).parent === held).toBe(true);
});
