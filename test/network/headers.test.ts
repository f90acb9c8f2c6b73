import { afterEach, describe, expect, test } from "bun:test";
import {
  cmpheadersMessage,
  compactHeader,
  getblocksMessage,
  getdataMessage,
  getheadersMessage,
  headersMessage,
  type InventoryItem,
  InventoryType,
  invMessage,
  sendheadersMessage,
} from "../../src/p2p/messages/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { type Block, decodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll, tipOf } from "../chain/test-store.ts";
import { endAll, introducedPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const RAW = blocksOf("regtest-a");
const ZEROS = new Uint8Array(32);
const blocks = new Map<number, Block>();

/** Block at a height of the recorded chain. */
function block(height: number): Block {
  const known = blocks.get(height) ?? decodeBlock(RAW[height - 1] as Uint8Array);
  blocks.set(height, known);
  return known;
}

function headers(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, i) => block(from + i).header);
}

afterEach(endAll);

async function nodeWith(height: number): Promise<TestNode> {
  const node = await startNode({ params: PARAMS });
  await connectAll(node.chain, RAW.slice(0, height));
  return node;
}

/** Points of the only peer. */
function score(node: TestNode): number {
  return node.network.peers.all()[0]?.score ?? -1;
}

async function askHeaders(peer: WirePeer, locator: Uint8Array[], stop: Uint8Array = ZEROS) {
  peer.send(getheadersMessage, { version: 0, locator, stop });
  return peer.hearBody(headersMessage);
}

/** The next announcement of so many things: the tip may be announced at any time. */
async function inventoryOf(peer: WirePeer, length: number): Promise<readonly InventoryItem[]> {
  for (;;) {
    const items = await peer.hearBody(invMessage);
    if (items.length === length) return items;
  }
}

describe("getheaders", () => {
  test("is answered from the block after the first known hash on, with 160 headers at most", async () => {
    const node = await nodeWith(300);
    const peer = await introducedPeer(node);
    const first = await askHeaders(peer, [ZEROS.slice().fill(9), block(10).header.hash]);
    expect(first.map(({ hash }) => toDisplayHash(hash))).toEqual(
      headers(11, 170).map(({ hash }) => toDisplayHash(hash)),
    );
    const stopped = await askHeaders(peer, [block(10).header.hash], block(12).header.hash);
    expect(stopped).toHaveLength(2);
    // Nothing known: from genesis on.
    const unknown = await askHeaders(peer, [ZEROS.slice().fill(1)]);
    expect(unknown[0]?.hash).toEqual(block(1).header.hash);
    // At the tip: an empty message.
    expect(await askHeaders(peer, [block(300).header.hash])).toEqual([]);
  });

  test("without a locator starts with the block that it names, and an unknown one gets no answer", async () => {
    const node = await nodeWith(20);
    const peer = await introducedPeer(node);
    const named = await askHeaders(peer, [], block(15).header.hash);
    expect(named.map(({ hash }) => hash)).toEqual([block(15).header.hash]);
    peer.send(getheadersMessage, { version: 0, locator: [], stop: ZEROS.slice().fill(5) });
    await peer.settle();
    expect(peer.commands).not.toContain("headers");
  });

  test("the whole headers are those of the chain", async () => {
    const node = await nodeWith(5);
    const peer = await introducedPeer(node);
    expect(await askHeaders(peer, [PARAMS.genesisHash])).toEqual(
      headers(1, 5).map((header) => expect.objectContaining({ hash: header.hash, time: header.time })),
    );
  });
});

describe("getblocks", () => {
  test("is answered by at most 500 hashes, and goes on when the last one is asked for", async () => {
    const node = await nodeWith(600);
    const peer = await introducedPeer(node);
    peer.send(getblocksMessage, { version: 0, locator: [block(20).header.hash], stop: ZEROS });
    const items = await inventoryOf(peer, 500);
    expect(items[0]).toEqual({ type: InventoryType.block, hash: block(21).header.hash });
    peer.send(getdataMessage, [items.at(-1) as InventoryItem]);
    expect((await peer.hear("block")).payload).toEqual(RAW[519] as Uint8Array);
    expect(await peer.hearBody(invMessage)).toEqual([{ type: InventoryType.block, hash: block(600).header.hash }]);
  });

  test("stops before the stop hash", async () => {
    const node = await nodeWith(30);
    const peer = await introducedPeer(node);
    peer.send(getblocksMessage, { version: 0, locator: [block(20).header.hash], stop: block(23).header.hash });
    expect((await inventoryOf(peer, 2)).map(({ hash }) => hash)).toEqual([
      block(21).header.hash,
      block(22).header.hash,
    ]);
  });
});

describe("received headers", () => {
  test("are asked for from the parent of the best header on, and lead to the blocks", async () => {
    const node = await nodeWith(50);
    const peer = await introducedPeer(node, { startHeight: 60 });
    const { locator } = await peer.hearBody(getheadersMessage);
    expect(locator[0]).toEqual(block(49).header.hash);
    expect(locator.at(-1)).toEqual(PARAMS.genesisHash);
    peer.send(headersMessage, headers(50, 60));
    const wanted = await peer.hearBody(getdataMessage);
    expect(wanted.map(({ hash }) => hash)).toEqual(headers(51, 60).map(({ hash }) => hash));
    // In any order.
    for (const height of [60, 52, 51, 58, 57, 53, 54, 55, 59, 56]) peer.sendRaw("block", RAW[height - 1] as Uint8Array);
    await until("all blocks", () => node.chain.height === 60);
    expect(score(node)).toBe(0);
  });

  test("exactly 160 of them mean that there are more", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node, { startHeight: 400 });
    await peer.hear("getheaders");
    peer.send(headersMessage, headers(2, 161));
    const { locator } = await peer.hearBody(getheadersMessage);
    expect(locator[0]).toEqual(block(161).header.hash);
    peer.send(headersMessage, headers(162, 170));
    await peer.settle();
    expect(peer.commands).not.toContain("getheaders");
  });

  test("more than 160 cost 20 points, and so does a gap", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node);
    peer.send({ ...headersMessage, write: (writer) => void writer.compactSize(161) }, []);
    await peer.settle();
    expect(score(node)).toBe(20);
    peer.send(headersMessage, [block(2).header, block(4).header]);
    await peer.settle();
    expect(score(node)).toBe(40);
    // What came before the gap is known.
    expect(node.chain.view.bestHeader.height).toBe(2);
  });

  test("without a known parent cost 10 points and are asked about; the points are taken back when the parents come", async () => {
    const node = await nodeWith(10);
    const peer = await introducedPeer(node);
    await peer.hear("getheaders");
    peer.send(headersMessage, headers(20, 20));
    const { locator } = await peer.hearBody(getheadersMessage);
    expect(locator[0]).toEqual(block(10).header.hash);
    expect(score(node)).toBe(10);
    peer.send(headersMessage, headers(11, 20));
    await peer.settle();
    expect(score(node)).toBe(0);
    await until("the header", () => node.chain.view.bestHeader.height === 20);
  });

  test("ten announcements that lead nowhere end the connection", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node);
    for (let i = 0; i < 10; i++) peer.send(headersMessage, headers(20 + i, 20 + i));
    await peer.gone();
  });

  test("with a bad proof cost what the rule says", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node);
    const { header } = block(2);
    if (header.proof.kind !== "pow") throw new Error("a block by proof of work is needed");
    const solution = header.proof.solution.slice();
    solution[5] = (solution[5] as number) ^ 1;
    peer.send(headersMessage, [{ ...header, proof: { ...header.proof, solution } }]);
    await peer.gone();
  });
});

describe("inv of a block", () => {
  test("that is not known: its header is asked for, and the block itself when nearly up to date", async () => {
    const last = RAW.length;
    const node = await nodeWith(last - 1);
    const peer = await introducedPeer(node);
    await peer.hear("getheaders");
    peer.send(invMessage, [{ type: InventoryType.block, hash: block(last).header.hash }]);
    const { stop, locator } = await peer.hearBody(getheadersMessage);
    expect(stop).toEqual(block(last).header.hash);
    expect(locator[0]).toEqual(block(last - 1).header.hash);
    const isRecent = block(last - 1).header.time > 1_767_400_000 - 20 * PARAMS.powTargetSpacing;
    await peer.settle();
    expect(peer.commands.includes("getdata")).toBe(isRecent);
  });

  test("items behind one of an unknown type are not looked at", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node);
    await peer.hear("getheaders");
    peer.send(invMessage, [
      { type: 12, hash: ZEROS },
      { type: InventoryType.block, hash: block(2).header.hash },
    ]);
    await peer.settle();
    expect(peer.commands).not.toContain("getheaders");
    expect(score(node)).toBe(0);
  });

  test("more than 50000 items cost 20 points", async () => {
    const node = await nodeWith(1);
    const peer = await introducedPeer(node);
    peer.send(
      invMessage,
      Array.from({ length: 50_001 }, () => ({ type: 1, hash: ZEROS })),
    );
    await peer.settle();
    expect(score(node)).toBe(20);
  });
});

describe("announcements", () => {
  test("are invs, or headers for those who asked for them; both peers then get the block", async () => {
    const node = await nodeWith(100);
    await node.rest();
    const plain = await introducedPeer(node, { startHeight: 100 });
    const modern = await introducedPeer(node, { startHeight: 100 });
    modern.send(sendheadersMessage, undefined);
    await modern.settle();
    await plain.settle();
    plain.forget();
    modern.forget();
    await connectAll(node.chain, RAW.slice(100, 101));
    expect(await plain.hearBody(invMessage)).toEqual([{ type: InventoryType.block, hash: block(101).header.hash }]);
    expect((await modern.hearBody(headersMessage)).map(({ hash }) => hash)).toEqual([block(101).header.hash]);
    modern.send(getdataMessage, [{ type: InventoryType.block, hash: block(101).header.hash }]);
    expect((await modern.hear("block")).payload).toEqual(RAW[100] as Uint8Array);
  });

  test("are not sent to peers that are far ahead", async () => {
    const node = await nodeWith(100);
    const peer = await introducedPeer(node, { startHeight: 5000 });
    await peer.settle();
    peer.forget();
    await connectAll(node.chain, RAW.slice(100, 101));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(peer.commands).not.toContain("inv");
  });
});

describe("compact headers", () => {
  const CHECKPOINT = 400;
  const covered = {
    ...PARAMS,
    checkpoints: [
      { height: 0, hash: PARAMS.genesisHash },
      { height: CHECKPOINT, hash: block(CHECKPOINT).header.hash },
    ],
  };

  test("answer peers that know them below the last checkpoint, but never reach it", async () => {
    const node = await startNode({ params: covered });
    await connectAll(node.chain, RAW.slice(0, 500));
    const peer = await introducedPeer(node);
    peer.send(getheadersMessage, { version: 0, locator: [block(10).header.hash], stop: block(300).header.hash });
    const compact = await peer.hearBody(cmpheadersMessage);
    expect(compact.map(({ hash }) => hash)).toEqual(headers(11, 300).map(({ hash }) => hash));
    // Without a place to stop the batch would reach the checkpoint: whole headers, then.
    expect(await askHeaders(peer, [block(10).header.hash])).toHaveLength(160);
    expect(await askHeaders(peer, [block(CHECKPOINT).header.hash])).toHaveLength(100);
    const old = await introducedPeer(node, { version: 170_020 });
    expect(await askHeaders(old, [block(10).header.hash], block(300).header.hash)).toHaveLength(160);
  });

  test("lead to the blocks that they name, and none of them joins the tree before its block", async () => {
    const node = await startNode({ params: covered });
    const peer = await introducedPeer(node, { startHeight: 500 });
    expect((await peer.hearBody(getheadersMessage)).stop).toEqual(block(CHECKPOINT).header.hash);
    peer.send(cmpheadersMessage, headers(1, CHECKPOINT).map(compactHeader));
    const wanted = await peer.hearBody(getdataMessage);
    expect(wanted).toHaveLength(128);
    expect(wanted[0]?.hash).toEqual(block(1).header.hash);
    expect(node.chain.view.bestHeader.height).toBe(0);
    for (let height = 1; height <= 128; height++) peer.sendRaw("block", RAW[height - 1] as Uint8Array);
    await until("the blocks", () => node.chain.height === 128);
    expect(score(node)).toBe(0);
  });

  test("two nodes sync through them", async () => {
    const a = await startNode({ params: covered });
    await connectAll(a.chain, RAW.slice(0, 700));
    const b = await startNode({ params: covered, connect: [a.port] });
    await until("b has the chain of a", () => tipOf(b.chain) === tipOf(a.chain), 60_000);
  }, 90_000);

  test("cost points: too many, out of order, without parent, past the checkpoint, against a checkpoint", async () => {
    const node = await startNode({ params: covered });
    const peer = await introducedPeer(node);
    peer.send({ ...cmpheadersMessage, write: (writer) => void writer.compactSize(2001) }, []);
    await peer.settle();
    expect(score(node)).toBe(20);
    peer.send(
      cmpheadersMessage,
      [block(1), block(3)].map(({ header }) => compactHeader(header)),
    );
    await peer.settle();
    expect(score(node)).toBe(40);
    peer.send(cmpheadersMessage, headers(50, 51).map(compactHeader));
    await peer.settle();
    expect(score(node)).toBe(50);
    peer.send(cmpheadersMessage, headers(1, CHECKPOINT + 1).map(compactHeader));
    await peer.gone();
    const liar = await introducedPeer(node);
    const lie = headers(1, CHECKPOINT).map(compactHeader);
    const last = lie.at(-1);
    if (last) lie[CHECKPOINT - 1] = { ...last, hash: ZEROS.slice().fill(3) };
    liar.send(cmpheadersMessage, lie);
    await liar.gone();
  });
});
