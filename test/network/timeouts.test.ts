import { afterEach, describe, expect, test } from "bun:test";
import {
  getdataMessage,
  headersMessage,
  type InventoryItem,
  pingMessage,
  pongMessage,
  rejectMessage,
} from "../../src/p2p/messages/index.ts";
import { createLog, type Log } from "../../src/platform/index.ts";
import { bytesKey, DecodeError } from "../../src/protocol/bytes/index.ts";
import { decodeBlock } from "../../src/protocol/primitives/index.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { TestClock } from "./test-clock.ts";
import { endAll, introducedPeer, listeningPeer, silentPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const RAW = blocksOf("regtest-a");
const SPACING = PARAMS.powTargetSpacing;

afterEach(endAll);

interface Watched {
  readonly node: TestNode;
  readonly clock: TestClock;
  readonly lines: string[];
}

/** A node whose clock stands still. */
async function watchedNode(connect: number[] = []): Promise<Watched> {
  const clock = new TestClock();
  const lines: string[] = [];
  const log: Log = createLog({ level: "debug", format: "plain", write: (line) => void lines.push(line) });
  return { node: await startNode({ params: PARAMS, clock, log, connect }), clock, lines };
}

function reason({ lines }: Watched): string {
  return lines.filter((line) => line.includes("disconnecting")).join("");
}

function connected({ node }: Watched): number {
  return node.network.peers.all().length;
}

/** Answers the ping that every peer gets after the handshake. */
async function answerPing(peer: WirePeer): Promise<void> {
  peer.send(pongMessage, await peer.hearBody(pingMessage));
  await peer.settle();
}

describe("a peer is given up", () => {
  test("when it did not introduce itself within a minute", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await silentPeer(node);
    await until("it is there", () => connected(watched) === 1);
    clock.advance(60);
    node.network.liveness.tick();
    expect(connected(watched)).toBe(1);
    clock.advance(1);
    node.network.liveness.tick();
    expect(connected(watched)).toBe(0);
    await peer.gone();
    expect(reason(watched)).toContain("no handshake in the first minute");
  });

  test("when it talks without ever introducing itself", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await silentPeer(node);
    peer.send(pingMessage, 1n);
    await until("a point", () => node.network.peers.all()[0]?.score === 1);
    clock.advance(61);
    node.network.liveness.tick();
    await peer.gone();
  });

  test("when it does not answer a ping for six minutes, though it talks", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await introducedPeer(node);
    await peer.hear("ping");
    clock.advance(300);
    await peer.settle();
    clock.advance(60);
    node.network.liveness.tick();
    expect(connected(watched)).toBe(1);
    clock.advance(1);
    node.network.liveness.tick();
    await peer.gone();
    expect(reason(watched)).toContain("ping not answered");
  });

  test("when it says nothing for six minutes", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await introducedPeer(node);
    await answerPing(peer);
    clock.advance(200);
    node.network.liveness.tick();
    await peer.hear("ping");
    clock.advance(160);
    node.network.liveness.tick();
    expect(connected(watched)).toBe(1);
    clock.advance(1);
    node.network.liveness.tick();
    await peer.gone();
    expect(reason(watched)).toContain("silent");
  });

  test("when nothing went to it for six minutes", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await introducedPeer(node);
    await answerPing(peer);
    clock.advance(361);
    node.network.liveness.tick();
    await peer.gone();
    expect(reason(watched)).toContain("does not read");
  });

  test("not while it is asked every two minutes and answers", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await introducedPeer(node);
    await answerPing(peer);
    for (let i = 0; i < 10; i++) {
      clock.advance(121);
      await answerPing(peer);
    }
    expect(connected(watched)).toBe(1);
  });

  test("when no block comes for three minutes and it cannot show that it is alive, if this node chose it", async () => {
    const place = listeningPeer(PARAMS);
    const watched = await watchedNode([place.port]);
    const { node, clock } = watched;
    const chosen = await place.introduced();
    const inbound = await introducedPeer(node);
    for (const peer of [chosen, inbound]) await answerPing(peer);
    clock.advance(119);
    node.network.liveness.tick();
    expect(chosen.commands).not.toContain("ping");
    // One ping is due anyway; the other is asked for because no block came.
    clock.advance(62);
    for (let i = 0; i < 2; i++) node.network.liveness.tick();
    for (let i = 0; i < 2; i++) await chosen.hear("ping");
    clock.advance(31);
    node.network.liveness.tick();
    await chosen.gone();
    expect(reason(watched)).toContain("no answer while no blocks come");
    await inbound.settle();
    expect(inbound.closed).toBe(false);
  });
});

/** Headers of the recorded chain, in messages as they are allowed. */
function sendHeaders(peer: WirePeer, count: number): void {
  const headers = RAW.slice(0, count).map((raw) => decodeBlock(raw).header);
  while (headers.length > 0) peer.send(headersMessage, headers.splice(0, 160));
}

const byHash = new Map(RAW.map((raw) => [bytesKey(decodeBlock(raw).header.hash), raw]));

/** Blocks that a peer was asked for since somebody last looked. */
function asked(peer: WirePeer): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { command, payload } of peer.heard.splice(0)) {
    if (command !== "getdata") continue;
    const start = payload[0] === 0xfd ? 3 : 1;
    for (let at = start; at < payload.length; at += 36) {
      const raw = byHash.get(bytesKey(payload.subarray(at + 4, at + 36)));
      if (!raw) throw new DecodeError("asked for a block that is not on the chain");
      found.push(raw);
    }
  }
  return found;
}

describe("the download of blocks", () => {
  test("goes on without a peer that keeps everybody waiting", async () => {
    const count = 1300;
    const watched = await watchedNode();
    const { node, clock } = watched;
    const staller = await introducedPeer(node, { startHeight: count });
    sendHeaders(staller, count);
    await until("the staller is asked", () => staller.commands.includes("getdata"));
    const worker = await introducedPeer(node, { startHeight: count });
    sendHeaders(worker, count);
    const work = () => {
      for (const raw of asked(worker)) worker.sendRaw("block", raw);
    };
    // The worker gives what it is asked for, up to the end of the window.
    const isStalled = () => node.network.peers.all().some(({ download }) => download.stalledFor !== null);
    await until("the window cannot move", () => {
      work();
      return isStalled();
    });
    expect(node.chain.height).toBe(0);
    expect(staller.closed).toBe(false);
    // A single late turn of this node is not held against anybody.
    clock.advance(60);
    node.network.download.tick();
    expect(staller.closed).toBe(false);
    await until("the staller has to go", () => {
      clock.advance(0.5);
      node.network.download.tick();
      return staller.closed;
    });
    expect(reason(watched)).toContain("stalls the download of blocks");
    await until("the worker gave all", () => {
      work();
      return node.chain.height === count;
    });
    expect(worker.closed).toBe(false);
  }, 120_000);

  test("gives a peer two intervals for its oldest block, and half of one more for each that others owe", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const busy = await introducedPeer(node, { startHeight: 3 });
    await answerPing(busy);
    sendHeaders(busy, 3);
    const requested = await busy.hearBody(getdataMessage);
    expect(requested.length).toBe(3);
    const late = await introducedPeer(node, { startHeight: 4 });
    await answerPing(late);
    sendHeaders(late, 4);
    const [only] = (await late.hearBody(getdataMessage)) as InventoryItem[];
    expect(only?.hash).toEqual(decodeBlock(RAW[3] as Uint8Array).header.hash);
    // The first was asked for while nobody owed any: 0.5 * 4 intervals. The other while three were owed: 0.5 * (4 + 3).
    clock.advance(2 * SPACING);
    node.network.download.tick();
    expect(connected(watched)).toBe(2);
    clock.advance(1);
    node.network.download.tick();
    await busy.gone();
    expect(reason(watched)).toContain("a block did not come in time");
    await answerPing(late);
    clock.advance(1.5 * SPACING - 1);
    node.network.download.tick();
    await late.settle();
    expect(late.closed).toBe(false);
    clock.advance(1);
    node.network.download.tick();
    await late.gone();
  });

  test("takes a block that comes in time", async () => {
    const watched = await watchedNode();
    const { node, clock } = watched;
    const peer = await introducedPeer(node, { startHeight: 1 });
    sendHeaders(peer, 1);
    await peer.hear("getdata");
    clock.advance(2 * SPACING - 1);
    node.network.download.tick();
    peer.sendRaw("block", RAW[0] as Uint8Array);
    await until("the block", () => node.chain.height === 1);
    clock.advance(10);
    node.network.download.tick();
    await peer.settle();
    expect(peer.commands).not.toContain(rejectMessage.command);
    expect(peer.closed).toBe(false);
  });
});
