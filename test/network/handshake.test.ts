import { afterEach, describe, expect, test } from "bun:test";
import {
  pingMessage,
  pongMessage,
  rejectMessage,
  sendcmpctMessage,
  versionMessage,
} from "../../src/p2p/messages/index.ts";
import { listenTcp } from "../../src/platform/tcp/index.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll } from "../chain/test-store.ts";
import { endAll, introducedPeer, silentPeer, startNode } from "./test-network.ts";
import { until } from "./test-node.ts";
import { versionOf } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");

afterEach(endAll);

describe("the handshake", () => {
  test("the inbound side waits, then answers with version, verack and what it can do", async () => {
    const node = await startNode({ params: PARAMS });
    await connectAll(node.chain, blocksOf("regtest-a").slice(0, 3));
    const peer = await silentPeer(node);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(peer.commands).toEqual([]);
    peer.send(versionMessage, versionOf());
    const version = await peer.hearBody(versionMessage);
    expect(version).toMatchObject({
      version: 170_021,
      services: 5n,
      userAgent: "/MagicBean:9.0.6/",
      startHeight: 3,
      relay: true,
    });
    await peer.hear("verack");
    await peer.settle();
    expect(peer.commands).not.toContain("sendheaders");
    peer.sendRaw("verack", new Uint8Array(0));
    await peer.hear("sendheaders");
    expect(await peer.hearBody(sendcmpctMessage)).toEqual({ announce: false, version: 1n });
  });

  test("the outbound side speaks first, and asks for addresses", async () => {
    const commands: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = listenTcp({
      host: "127.0.0.1",
      port: 0,
      accept: (connection) => ({
        data(bytes) {
          commands.push(Buffer.from(bytes.subarray(4, 16)).toString("latin1").replace(/\0+$/, ""));
          connection.destroy();
          resolve();
        },
        drained: () => {},
        closed: () => {},
      }),
    });
    await startNode({ params: PARAMS, connect: [listener.port] });
    await promise;
    listener.stop();
    expect(commands[0]).toBe("version");
  });

  test("a second version message is refused and costs a point", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.send(versionMessage, versionOf());
    expect(await peer.hearBody(rejectMessage)).toMatchObject({
      message: "version",
      code: 0x12,
      reason: "Duplicate version message",
    });
    expect(node.network.peers.all()[0]?.score).toBe(1);
  });

  test("anything before the version message is ignored and costs a point", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await silentPeer(node);
    for (let i = 0; i < 3; i++) peer.send(pingMessage, 7n);
    await until("three points", () => node.network.peers.all()[0]?.score === 3);
    expect(peer.commands).toEqual([]);
    peer.send(versionMessage, versionOf());
    await peer.hear("verack");
  });

  test("a peer that does not know the rules of the own height is refused, also when the chain crosses an upgrade", async () => {
    const node = await startNode({ params: PARAMS });
    const blocks = blocksOf("regtest-a");
    // ACADIA asks for 170006 from 110 on.
    await connectAll(node.chain, blocks.slice(0, 108));
    const old = await introducedPeer(node, { version: 170_005 });
    await old.settle();
    expect(old.closed).toBe(false);
    await connectAll(node.chain, blocks.slice(108, 112));
    old.send(pingMessage, 1n);
    expect(await old.hearBody(rejectMessage)).toEqual({
      message: "ping",
      code: 0x11,
      reason: "Version must be 170006 or greater",
      hash: null,
    });
    await old.gone();
    const late = await silentPeer(node);
    late.send(versionMessage, versionOf({ version: 170_005 }));
    expect(await late.hearBody(rejectMessage)).toMatchObject({ message: "version", code: 0x11 });
    await late.gone();
  });

  test("a connection to itself ends", async () => {
    const node = await startNode({ params: PARAMS });
    node.network.outbound.added.add(`127.0.0.1:${node.port}`);
    await until("a connection", () => node.network.bytesReceived > 0);
    await until("no connection", () => node.network.peers.size === 0);
  });

  test("optional fields of a version message may be missing", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await silentPeer(node);
    const whole = versionOf();
    const bytes = new Uint8Array(46);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, whole.version, true);
    view.setBigUint64(4, 1n, true);
    view.setBigInt64(12, whole.time, true);
    peer.sendRaw("version", bytes);
    await peer.hear("verack");
    const [known] = node.network.peers.all();
    expect(known?.introduction).toMatchObject({ startHeight: -1, userAgent: "" });
    expect(known?.wantsTransactions).toBe(true);
  });
});

describe("pings", () => {
  test("are answered with their number, and sent after the handshake", async () => {
    const node = await startNode({ params: PARAMS });
    const peer = await introducedPeer(node);
    peer.send(pingMessage, 0x1122334455667788n);
    expect(await peer.hearBody(pongMessage)).toBe(0x1122334455667788n);
    const nonce = await peer.hearBody(pingMessage);
    peer.send(pongMessage, nonce);
    await until("a measured time", () => node.network.peers.all()[0]?.ping.lastMillis !== null);
    // Answers that nobody waits for change nothing.
    peer.send(pongMessage, nonce);
    await peer.settle();
    node.network.liveness.pingAll();
    const second = await peer.hearBody(pingMessage);
    expect(second).not.toBe(nonce);
  });
});
