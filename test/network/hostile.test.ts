import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeFrame } from "../../src/p2p/framing/index.ts";
import {
  addrMessage,
  getdataMessage,
  headersMessage,
  InventoryType,
  invMessage,
  pingMessage,
  rejectMessage,
} from "../../src/p2p/messages/index.ts";
import { decodeBlock, encodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll, tipOf } from "../chain/test-store.ts";
import { endAll, introducedPeer, silentPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";
import { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const RAW = blocksOf("regtest-a");

afterEach(endAll);

function scores(node: TestNode): number[] {
  return node.network.peers.all().map(({ score }) => score);
}

function megabytes(): number {
  Bun.gc(true);
  return process.memoryUsage().rss / 1e6;
}

describe("the framing", () => {
  test("of another network ends the connection", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.sendBytes(encodeFrame(Uint8Array.of(1, 2, 3, 4), "ping", new Uint8Array(8)));
    await peer.gone();
  });

  test("with a length above 2 MiB ends the connection before anything of it comes", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    const frame = encodeFrame(PARAMS.magic, "block", new Uint8Array(0));
    new DataView(frame.buffer).setUint32(16, 2 * 1024 * 1024 + 1, true);
    peer.sendBytes(frame);
    await peer.gone();
  });

  test("with bad checksums and commands is skipped without a penalty", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    const bad = encodeFrame(PARAMS.magic, "addr", new Uint8Array(5));
    bad[20] = (bad[20] as number) ^ 1;
    for (let i = 0; i < 50; i++) peer.sendBytes(bad);
    const command = encodeFrame(PARAMS.magic, "ping", new Uint8Array(8));
    command[5] = 7;
    peer.sendBytes(command);
    peer.sendRaw("whatisthis", new Uint8Array(1000));
    await peer.settle();
    expect(scores(node)).toEqual([0]);
  });

  test("comes in any pieces", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    const bytes = encodeFrame(PARAMS.magic, "ping", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    for (const byte of bytes) {
      peer.sendBytes(Uint8Array.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const { payload } = await peer.hear("pong");
    expect([...payload]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("of payloads that cannot be read is answered by a reject", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.sendRaw("inv", Uint8Array.of(5, 1, 2));
    expect(await peer.hearBody(rejectMessage)).toEqual({
      message: "inv",
      code: 1,
      reason: "error parsing message",
      hash: null,
    });
    expect(scores(node)).toEqual([0]);
  });

  test("an overwintered transaction of unknown kind ends the connection", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.sendRaw("tx", Uint8Array.of(9, 0, 0, 0x80, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0));
    await peer.gone();
  });
});

describe("100000 malformed messages", () => {
  const COMMANDS = [
    ..."version verack sendheaders sendcmpct addr getaddr inv getdata notfound getblocks getheaders headers".split(" "),
    ..."cmpheaders block tx cmpctblock getblocktxn blocktxn mempool ping pong alert filterload filteradd".split(" "),
    ..."filterclear merkleblock reject nonsense".split(" "),
  ];

  test("leave the node as it was: memory bounded, honest peers served", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, 50));
    const honest = await introducedPeer(node);
    const before = megabytes();
    const payloads = fc.sample(
      fc.record({
        command: fc.constantFrom(...COMMANDS),
        payload: fc.uint8Array({ maxLength: 120 }),
        damage: fc.nat(9),
        at: fc.nat(23),
      }),
      { numRuns: 5000, seed: 7 },
    );
    let sent = 0;
    let connections = 0;
    while (sent < 100_000) {
      const peer = await WirePeer.introduced(PARAMS, node.port);
      connections++;
      for (; sent < 100_000 && !peer.closed; sent++) {
        const { command, payload, damage, at } = payloads[sent % payloads.length] as (typeof payloads)[number];
        const frame = encodeFrame(PARAMS.magic, command, payload);
        // One in ten has a damaged frame, the others a payload that means nothing.
        if (damage === 0) frame[at] = (frame[at] as number) ^ 0x55;
        peer.sendBytes(frame);
        if (sent % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      peer.end();
    }
    expect(connections).toBeGreaterThan(100);
    await honest.settle();
    honest.send(getdataMessage, [{ type: InventoryType.block, hash: decodeBlock(RAW[9] as Uint8Array).header.hash }]);
    expect((await honest.hear("block")).payload).toEqual(RAW[9] as Uint8Array);
    expect(node.chain.height).toBe(50);
    await until("all hostile connections are gone", () => node.network.peers.size === 1);
    expect(megabytes() - before).toBeLessThan(150);
  }, 120_000);
});

describe("spam", () => {
  test("of headers ends the connection and leaves no headers behind", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, 5));
    const peer = await introducedPeer(node);
    const far = decodeBlock(RAW[500] as Uint8Array).header;
    for (let i = 0; i < 1000 && !peer.closed; i++) peer.send(headersMessage, [far]);
    await peer.gone();
    expect(node.chain.view.bestHeader.height).toBe(5);
  });

  test("of addresses fills no tables", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    for (let message = 0; message < 20; message++) {
      peer.send(
        addrMessage,
        Array.from({ length: 1000 }, (_, i) => ({
          time: 1_767_399_000,
          services: 5n,
          ip: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 20 + message, i >> 8, i & 0xff, 9),
          port: 16_125,
        })),
      );
    }
    await peer.settle();
    const [known] = node.network.peers.all();
    expect(known?.addresses.processed).toBeLessThan(10);
    expect(node.network.book.size).toBeLessThan(10);
    peer.send(
      { ...addrMessage, write: (writer) => void writer.compactSize(1001).fixed(new Uint8Array(30 * 1001)) },
      [],
    );
    await peer.settle();
    expect(scores(node)).toEqual([20]);
  });

  test("of transactions that are announced and never sent is bounded", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW);
    const peer = await introducedPeer(node);
    for (let i = 0; i < 4; i++) {
      peer.send(
        invMessage,
        Array.from({ length: 50_000 }, () => ({
          type: InventoryType.transaction,
          hash: crypto.getRandomValues(new Uint8Array(32)),
        })),
      );
    }
    await peer.settle();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = peer.heard.filter(({ command }) => command === "getdata");
    const items = asked.reduce((sum, { payload }) => sum + Math.floor(payload.length / 36), 0);
    expect(items).toBeLessThanOrEqual(5000);
  }, 120_000);

  test("of blocks that nobody asked for: known and hopeless ones are ignored, bad ones cost points", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, 20));
    const peer = await introducedPeer(node);
    peer.sendRaw("block", RAW[4] as Uint8Array);
    await peer.settle();
    expect(scores(node)).toEqual([0]);
    // One on top of the tip is welcome.
    peer.sendRaw("block", RAW[20] as Uint8Array);
    await until("the block", () => node.chain.height === 21);
    // Its parent is not known.
    peer.sendRaw("block", RAW[30] as Uint8Array);
    expect(await peer.hearBody(rejectMessage)).toMatchObject({ message: "block", reason: "bad-prevblk" });
    expect(scores(node)).toEqual([10]);
    // Another list of transactions under the same header.
    const next = decodeBlock(RAW[21] as Uint8Array);
    peer.sendRaw("block", encodeBlock(next.header, [...next.transactions, ...next.transactions]));
    expect(await peer.hearBody(rejectMessage)).toMatchObject({
      message: "block",
      reason: "bad-txnmrklroot",
      code: 0x10,
    });
    await peer.gone();
    // The good copy is still welcome from somebody else.
    const other = await introducedPeer(node);
    other.sendRaw("block", RAW[21] as Uint8Array);
    await until("the block", () => node.chain.height === 22);
  });
});

describe("a slow reader", () => {
  test("is served at its own pace, while others are served at once", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, 700));
    const slow = await introducedPeer(node);
    slow.connection?.pause();
    const before = megabytes();
    const items = RAW.slice(0, 700).map((raw) => ({
      type: InventoryType.block,
      hash: decodeBlock(raw).header.hash,
    }));
    for (let i = 0; i < 60; i++) slow.send(getdataMessage, items);
    for (let i = 0; i < 2000; i++) slow.send(pingMessage, BigInt(i + 1));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const [known] = node.network.peers.all();
    expect(known?.connection.unsent ?? 0).toBeLessThan(3_000_000);
    const honest = await introducedPeer(node);
    honest.send(getdataMessage, items.slice(0, 100));
    for (let i = 0; i < 100; i++) await honest.hear("block");
    expect(megabytes() - before).toBeLessThan(120);
    slow.connection?.resume();
    await until(
      "the slow reader gets its blocks",
      () => slow.commands.filter((command) => command === "block").length > 5000,
      100_000,
    );
  }, 120_000);
});

describe("200 connections", () => {
  test("stay below the limit, and an honest peer that was there before stays", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, RAW.slice(0, 20));
    const honest = await startNode({ params: PARAMS, connect: [node.port] });
    await until("the honest node is up to date", () => tipOf(honest.chain) === tipOf(node.chain));
    const crowd: WirePeer[] = [];
    for (let i = 0; i < 200; i++) crowd.push(await silentPeer(node));
    await until("some had to go", () => crowd.filter(({ closed }) => closed).length >= 200 - 109);
    expect(node.network.peers.all().length).toBeLessThanOrEqual(125 - 16);
    await connectAll(node.chain, RAW.slice(20, 25));
    await until("the honest node follows", () => tipOf(honest.chain) === tipOf(node.chain));
  }, 120_000);

  test("with half a message each take little memory", async () => {
    const node = await startNode({ params: PARAMS });
    const before = megabytes();
    const half = encodeFrame(PARAMS.magic, "block", new Uint8Array(2_000_000)).subarray(0, 100_000);
    for (let i = 0; i < 100; i++) (await introducedPeer(node)).sendBytes(half);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Two megabytes are announced by each; what counts is what came.
    expect(megabytes() - before).toBeLessThan(100);
  }, 120_000);
});
