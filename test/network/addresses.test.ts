import { afterEach, describe, expect, test } from "bun:test";
import { type NetAddress, netAddress } from "../../src/p2p/addresses/net-address.ts";
import { addrMessage, getaddrMessage, type TimedAddress } from "../../src/p2p/messages/index.ts";
import { AddressFlow } from "../../src/p2p/peer/address-flow.ts";
import { networkOf } from "../chain/recorded-set.ts";
import { scratchDirectory } from "../chain/test-store.ts";
import { PretendTransport } from "./pretend-transport.ts";
import { TestClock } from "./test-clock.ts";
import { endAll, introducedPeer, listeningPeer, startNode, stopNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const PORT = PARAMS.p2pPort;

afterEach(endAll);

function place(host: string, port = PORT): NetAddress {
  const found = netAddress(host, port);
  if (!found) throw new Error(`${host} is no address`);
  return found;
}

function told(host: string, time: number): TimedAddress {
  return { ...place(host), services: 1n, time };
}

/** Puts addresses into the book of a node, as if each had told of itself. */
function fill(node: TestNode, hosts: readonly string[]): void {
  const time = node.network.adjustedTime() - 3600;
  for (const host of hosts) node.network.book.add({ ...place(host), services: 1n, time }, place(host).ip);
}

describe("addresses that a peer tells", () => {
  interface Neighbours {
    readonly node: TestNode;
    readonly clock: TestClock;
    readonly giver: WirePeer;
    readonly others: WirePeer[];
  }

  async function neighbours(count: number): Promise<Neighbours> {
    const clock = new TestClock();
    const node = await startNode({ params: PARAMS, clock });
    const giver = await introducedPeer(node);
    const others: WirePeer[] = [];
    for (let i = 0; i < count; i++) others.push(await introducedPeer(node));
    // Ten tokens for ten entries.
    clock.advance(100);
    return { node, clock, giver, others };
  }

  /** How many peers hear of addresses, and are about to. */
  async function heardBy({ node, giver, others }: Neighbours): Promise<number> {
    await giver.settle();
    const waiting = node.network.peers.all().filter(({ addresses }) => addresses.drain().length > 0).length;
    for (const each of others) await each.settle();
    return waiting + [giver, ...others].filter(({ commands }) => commands.includes("addr")).length;
  }

  test("go on to two others if they are fresh, few and public", async () => {
    const there = await neighbours(5);
    there.giver.send(addrMessage, [told("51.15.0.9", there.clock.now() - 60)]);
    expect(await heardBy(there)).toBe(2);
    expect(there.node.network.book.size).toBe(1);
  });

  test("go on to one other if this node cannot reach them, and are not kept", async () => {
    const there = await neighbours(5);
    there.giver.send(addrMessage, [told("expyuzz4wqqyqhjn.onion", there.clock.now())]);
    expect(await heardBy(there)).toBe(1);
    expect(there.node.network.book.size).toBe(0);
  });

  test("do not go on if they are old, from the future, private or many", async () => {
    const there = await neighbours(3);
    const now = there.clock.now();
    there.giver.send(addrMessage, [
      told("51.15.0.1", now - 601),
      told("51.16.0.1", now + 700),
      told("51.17.0.1", 5),
      told("192.168.0.1", now),
    ]);
    expect(await heardBy(there)).toBe(0);
    there.clock.advance(200);
    const many = Array.from({ length: 11 }, (_, i) => told(`60.${i}.0.1`, there.clock.now()));
    there.giver.send(addrMessage, many);
    expect(await heardBy(there)).toBe(0);
    expect(there.node.network.book.size).toBe(3 + 11);
    // An impossible time counts as five days ago, and two hours go off every time that is told.
    const times = new Map([...there.node.network.book.entries()].map(({ ip, time }) => [ip.slice(12).join("."), time]));
    expect(times.get("51.16.0.1")).toBe(now - 5 * 86_400 - 7200);
    expect(times.get("51.17.0.1")).toBe(now - 5 * 86_400 - 7200);
    expect(times.get("51.15.0.1")).toBe(now - 601 - 7200);
  });

  test("count one at first, then one more every ten seconds", async () => {
    const clock = new TestClock();
    const node = await startNode({ params: PARAMS, clock });
    const giver = await introducedPeer(node);
    const [known] = node.network.peers.all();
    const tell = async (count: number) => {
      giver.send(
        addrMessage,
        Array.from({ length: count }, (_, i) => told(`60.1.${i >> 8}.${i & 255}`, clock.now())),
      );
      await giver.settle();
      return known?.addresses.processed;
    };
    expect(await tell(10)).toBe(1);
    clock.advance(50);
    expect(await tell(10)).toBe(1 + 5);
    clock.advance(9);
    expect(await tell(10)).toBe(1 + 5);
    expect(known?.addresses.limited).toBe(9 + 5 + 10);
  });

  test("count no more than a thousand, however long the peer was silent", () => {
    const flow = new AddressFlow(0);
    flow.refill(1e12);
    for (let i = 0; i < 1000; i++) expect(flow.take()).toBe(true);
    expect(flow.take()).toBe(false);
    // An answer to a question comes on top.
    flow.refill(2e12);
    flow.grant(1000);
    flow.refill(3e12);
    for (let i = 0; i < 2000; i++) expect(flow.take()).toBe(true);
    expect(flow.take()).toBe(false);
  });

  test("count a thousand more from a peer that was asked", async () => {
    const asked = listeningPeer(PARAMS);
    const node = await startNode({ params: PARAMS, clock: new TestClock(), connect: [asked.port] });
    const peer = await asked.introduced();
    await peer.hear("getaddr");
    peer.send(
      addrMessage,
      Array.from({ length: 1000 }, (_, i) => told(`60.1.${i >> 8}.${i & 255}`, 1_767_399_000)),
    );
    await peer.settle();
    expect(node.network.peers.all()[0]?.addresses.processed).toBe(1000);
  });
});

describe("getaddr", () => {
  test("is answered once, with a part of what is known and at most a thousand", async () => {
    const node = await startNode({ params: PARAMS });
    const hosts = Array.from({ length: 6000 }, (_, i) => `${20 + (i % 200)}.${i >> 5}.${i & 255}.1`);
    fill(node, hosts);
    expect(node.network.book.size).toBeGreaterThan(5000);
    const peer = await introducedPeer(node);
    peer.send(getaddrMessage, undefined);
    expect((await peer.hearBody(addrMessage)).length).toBe(1000);
    peer.send(getaddrMessage, undefined);
    await peer.settle();
    expect(node.network.peers.all()[0]?.addresses.drain()).toEqual([]);
    expect(peer.commands).not.toContain("addr");
  });

  test("is answered with a quarter of few addresses", async () => {
    const node = await startNode({ params: PARAMS });
    fill(
      node,
      Array.from({ length: 100 }, (_, i) => `${20 + i}.1.1.1`),
    );
    const { size } = node.network.book;
    const peer = await introducedPeer(node);
    peer.send(getaddrMessage, undefined);
    expect((await peer.hearBody(addrMessage)).length).toBe(Math.floor(size * 0.23));
  });

  test("is not answered to a peer that this node chose", async () => {
    const chosen = listeningPeer(PARAMS);
    const node = await startNode({ params: PARAMS, connect: [chosen.port] });
    fill(
      node,
      Array.from({ length: 100 }, (_, i) => `${20 + i}.1.1.1`),
    );
    const peer = await chosen.introduced();
    peer.send(getaddrMessage, undefined);
    await peer.settle();
    expect(node.network.peers.all()[0]?.addresses.drain()).toEqual([]);
    expect(peer.commands).not.toContain("addr");
  });
});

describe("peers that a node chooses", () => {
  /** Ticks of the node's turn to connect, until something is reached. */
  async function dialUntil(node: TestNode, clock: TestClock, what: string, reached: () => boolean): Promise<void> {
    await until(what, () => {
      clock.advance(0.6);
      node.network.outbound.tick();
      return reached();
    });
  }

  function outbound(node: TestNode): string[] {
    return node.network.peers
      .introduced()
      .filter(({ kind }) => kind === "outbound")
      .map(({ name }) => name);
  }

  test("are one of each group, none of them out of reach", async () => {
    const target = await startNode({ params: PARAMS });
    const clock = new TestClock();
    const transport = new PretendTransport();
    const node = await startNode({ params: PARAMS, clock, transport, listen: false });
    const hosts = ["51.15.0.1", "51.15.1.1", "51.15.2.1", "60.1.0.1", "60.1.1.1", "70.1.0.1"];
    for (const host of hosts) transport.places.set(`${host}:${PORT}`, target.port);
    fill(node, [...hosts, "expyuzz4wqqyqhjn.onion"]);
    await dialUntil(node, clock, "three peers", () => outbound(node).length === 3);
    for (let i = 0; i < 40; i++) {
      clock.advance(0.6);
      node.network.outbound.tick();
    }
    const groups = new Set(outbound(node).map((name) => name.split(".").slice(0, 2).join(".")));
    expect(groups).toEqual(new Set(["51.15", "60.1", "70.1"]));
    expect(transport.called.filter((each) => each.includes("onion"))).toEqual([]);
  });

  test("are tried first after a restart, but only once", async () => {
    const target = await startNode({ params: PARAMS });
    const clock = new TestClock();
    const transport = new PretendTransport();
    const directory = scratchDirectory(PARAMS);
    const places = ["51.15.0.1", "60.1.0.1"];
    for (const host of places) transport.places.set(`${host}:${PORT}`, target.port);
    const first = await startNode({ params: PARAMS, directory, clock, transport, listen: false });
    fill(first, places);
    await dialUntil(first, clock, "two peers", () => outbound(first).length === 2);
    await stopNode(first);
    transport.called.length = 0;

    const second = await startNode({ params: PARAMS, directory, clock, transport, listen: false });
    fill(
      second,
      Array.from({ length: 50 }, (_, i) => `${100 + i}.1.0.1`),
    );
    await dialUntil(second, clock, "both again", () => outbound(second).length === 2);
    expect(transport.called.slice(0, 2).sort()).toEqual(places.map((host) => `${host}:${PORT}`).sort());
  });

  test("are joined by a feeler every two minutes, which only finds out whether an address is good", async () => {
    const target = await startNode({ params: PARAMS });
    const clock = new TestClock();
    const transport = new PretendTransport();
    const lone = "80.1.0.1";
    transport.places.set(`${lone}:${PORT}`, target.port);
    // No places for peers that stay.
    const node = await startNode({ params: PARAMS, clock, transport, listen: false, maxConnections: 0 });
    fill(node, [lone]);
    for (let i = 0; i < 100; i++) {
      clock.advance(1);
      node.network.outbound.tick();
    }
    expect(transport.called).toEqual([]);
    clock.advance(20);
    await until("the feeler", () => {
      node.network.outbound.tick();
      return transport.called.length === 1;
    });
    await until("the address is known to be good", () => node.network.book.triedSize === 1);
    await until("the feeler is gone", () => node.network.peers.size === 0);
  });
});
