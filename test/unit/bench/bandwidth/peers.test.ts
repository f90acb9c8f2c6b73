import { afterEach, describe, expect, test } from "bun:test";
import { type BandwidthTask, measureBandwidth, type PeerAddress } from "../../../../src/bench/index.ts";
import type { HttpServer } from "../../../../src/platform/http/index.ts";
import { BandwidthTest, bandwidthLimits, startApiServer } from "../../../../src/server/api/index.ts";
import { type Behaviour, LyingPeer } from "./lying-peer.ts";

const PLAN = { streams: 2, warmUpSeconds: 0.1, measuredSeconds: 0.8, pings: 3, patienceSeconds: 0 };
/** For tests that need a number: so long does no machine leave a process waiting. */
const PATIENT = { ...PLAN, measuredSeconds: 1.5 };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function measure(peers: readonly PeerAddress[], changes: Partial<BandwidthTask> = {}) {
  const task = { peers, known: [], wanted: 1, plan: PLAN, maxTrafficBytes: null, ...changes };
  return measureBandwidth(task, () => {});
}

function honestPeer(): PeerAddress & { readonly test: BandwidthTest } {
  const test = new BandwidthTest({ limits: { ...bandwidthLimits(1e13), bytes: 1e12, difficultyBits: 4 } });
  const server: HttpServer = startApiServer({ host: "127.0.0.1", port: 0, parts: [test.answer] });
  closing.push(() => server.stop(true));
  return { host: "127.0.0.1", port: server.port, test };
}

function lyingPeer(behaviour: Behaviour): PeerAddress {
  const peer = new LyingPeer(behaviour);
  closing.push(() => peer.stop());
  return peer.address;
}

/** A port that refuses connections. */
async function nobody(): Promise<PeerAddress> {
  const server = startApiServer({ host: "127.0.0.1", port: 0, parts: [] });
  await server.stop(true);
  return { host: "127.0.0.1", port: server.port };
}

describe("over the loopback", () => {
  test("both directions, round trips and the sum of what was moved", async () => {
    const result = await measure([honestPeer()], { plan: PATIENT });
    if (result.status !== "measured") throw new Error(result.reason);
    const [peer] = result.peers;
    expect(peer).toMatchObject({ status: "measured", downloadSeconds: 1.5, uploadSeconds: 1.5 });
    for (const value of [result.downloadBitsPerSecond, result.uploadBitsPerSecond, result.latencyMillis]) {
      expect(value).toBeGreaterThan(0);
    }
    const counted = ((result.downloadBitsPerSecond + result.uploadBitsPerSecond) * 1.5) / 8;
    expect(result.trafficBytes).toBeGreaterThan(counted * 0.999);
  }, 60_000);

  test("--max-traffic is kept, over all peers and directions", async () => {
    const result = await measure([honestPeer(), honestPeer()], { maxTrafficBytes: 20_000_000 });
    expect(result.trafficBytes).toBeLessThanOrEqual(20_000_000);
    expect(result.trafficBytes).toBeGreaterThan(0);
    const none = await measure([honestPeer()], { maxTrafficBytes: 1000 });
    expect(none).toMatchObject({ status: "not measured", reason: expect.stringContaining("--max-traffic") });
    expect(none.trafficBytes).toBe(0);
  }, 60_000);

  test("several peers: the median of those that gave numbers", async () => {
    const result = await measure([lyingPeer({}), await nobody(), lyingPeer({}), lyingPeer({})], { plan: PATIENT });
    if (result.status !== "measured") throw new Error(result.reason);
    expect(result.peers.map(({ status }) => status)).toEqual(["measured", "failed", "measured", "measured"]);
    const rates = result.peers.flatMap((peer) => (peer.status === "measured" ? [peer.downloadBitsPerSecond] : []));
    expect(result.downloadBitsPerSecond).toBe(rates.toSorted((a, b) => a - b)[1] as number);
  }, 60_000);

  test("of many known ones only as many as wanted are measured, and only those that offer it", async () => {
    const known = [await nobody(), lyingPeer({ challenge: { status: 404 } }), lyingPeer({}), lyingPeer({})];
    const result = await measure([], { known, plan: PATIENT });
    expect(result.status).toBe("measured");
    expect(result.peers.map(({ status }) => status)).toEqual(["failed", "failed", "measured"]);
  }, 60_000);

  test("the limit is shared among those that answer, not among those that are wanted", async () => {
    const limit = { wanted: 3, maxTrafficBytes: 3_000_000 };
    const result = await measure([], { known: [await nobody(), honestPeer()], ...limit });
    expect(result.trafficBytes).toBeGreaterThan(0);
    const shared = await measure([], { known: [honestPeer(), honestPeer(), honestPeer()], ...limit });
    expect(shared.peers[0]).toMatchObject({ reason: expect.stringContaining("leaves too little") });
  }, 60_000);

  test("a node that stops in the middle gives no number", async () => {
    const peer = honestPeer();
    const running = measureBandwidth(
      { peers: [peer], known: [], wanted: 1, plan: PLAN, maxTrafficBytes: null },
      (step) => {
        if (step.endsWith("upload")) peer.test.stop();
      },
    );
    expect(await running).toMatchObject({ status: "not measured", reason: expect.stringContaining("the node stops") });
  }, 60_000);
});

describe("a peer that gives no number says why", () => {
  const busy = (retryAfterSeconds: number) => ({
    status: 503,
    body: JSON.stringify({ status: "error", data: { name: "Busy", message: "another test", retryAfterSeconds } }),
  });
  const welcome = (changes: object) => ({
    op: "welcome",
    stream: "s",
    limits: { bytes: 1e9, milliseconds: 15_000, streams: 8, ...changes },
  });
  const on = (op: string, act: (peer: LyingPeer, bytes: number) => void): Behaviour => ({
    hear: (message, peer) => {
      if (message.op !== op) return false;
      act(peer, "bytes" in message ? message.bytes : 0);
      return true;
    },
  });
  const cases: [string, Behaviour, RegExp][] = [
    [
      "is something else",
      { challenge: { status: 404, body: "<html>" } },
      /does not offer the bandwidth test \(HTTP 404/,
    ],
    ["answers with garbage", { challenge: { status: 200, body: "{" } }, /does not offer/],
    ["answers without end", { challenge: { status: 200, body: "x".repeat(3_000_000) } }, /too long/],
    [
      "asks for endless work",
      {
        challenge: {
          status: 200,
          body: '{"status":"success","data":{"token":"t","difficultyBits":21,"expiresSeconds":1}}',
        },
      },
      /does not offer/,
    ],
    ["is busy", { refusals: [busy(20)] }, /busy: another test; try again in 20 s/],
    ["offers no bytes", { welcome: welcome({ bytes: 0 }) }, /limit of bytes/],
    ["greets with nonsense", { welcome: { op: "hello" } }, /no message of the protocol/],
    ["greets with something else", { welcome: { op: "ready" } }, /said "ready" in place of "welcome"/],
    [
      "talks without end",
      on("ping", (peer) => {
        for (let i = 0; i < 99; i++) peer.tell({ op: "ready" });
      }),
      /place of|without being asked/,
    ],
    ["pongs another number", on("ping", (peer) => peer.tell({ op: "pong", number: 77 })), /another ping/],
    ["sends bytes as words", on("ping", (peer) => peer.control?.send(new Uint8Array(4))), /data where words/],
    ["hangs up", on("ping", (peer) => peer.control?.destroy()), /cut the session off/],
    [
      "ends the test",
      on("download", (peer) => peer.tell({ op: "failed", reason: "no\u001b[2J" })),
      /ended the test: no\?\[2J/,
    ],
    [
      "sends words as data",
      on("download", (peer) => {
        for (const s of peer.streams) s.send("x");
      }),
      /words where data/,
    ],
    [
      "closes the download",
      on("download", (peer) => {
        for (const s of peer.streams) s.destroy();
      }),
      /cut the download off/,
    ],
    [
      "claims to have received more than was sent",
      liar((sent, count) => new Array(count).fill(sent)),
      /more than was sent/,
    ],
    ["claims more time than there was", liar((_, count) => new Array(count + 1).fill(1)), /longer than the test/],
    [
      "stops to count early",
      // A limit that no machine reaches, since that would be a reason to stop.
      { welcome: welcome({ bytes: 1e12 }), ...liar((_, count) => new Array(count - 1).fill(1)) },
      /cut the upload off/,
    ],
    [
      "reports at once",
      {
        receive: once((peer) => peer.tell({ op: "received", intervals: new Array(10).fill(1) })),
        ...on("upload", (peer) => peer.tell({ op: "ready" })),
      },
      /longer than the test/,
    ],
    [
      "sends data into an upload",
      on("upload", (peer) => {
        peer.tell({ op: "ready" });
        peer.sendData(10);
      }),
      /nobody asked for/,
    ],
    [
      "loses the upload",
      {
        receive: (_, peer) => {
          for (const s of peer.streams) s.destroy();
        },
        ...on("upload", (peer) => peer.tell({ op: "ready" })),
      },
      /cut the upload off/,
    ],
    ["counts nothing", liar((_, count) => new Array(count).fill(0)), /nothing arrived/],
  ];
  test.each(cases)(
    "%s",
    async (_, behaviour, reason) => {
      const result = await measure([lyingPeer(behaviour)]);
      if (result.status !== "not measured") throw new Error("measured");
      expect(result.reason).toMatch(reason);
      expect(result.peers).toHaveLength(1);
    },
    60_000,
  );

  test("sends more than it was asked for", async () => {
    const greedy = lyingPeer(on("download", (peer, bytes) => peer.sendData(bytes + 50_000)));
    const result = await measure([greedy], { maxTrafficBytes: 4_000_000 });
    expect(result).toMatchObject({ reason: expect.stringContaining("more than it was asked for") });
  }, 60_000);

  test("refuses connections, or is no host", async () => {
    expect(await measure([await nobody()])).toMatchObject({ reason: expect.stringContaining("refuses connections") });
    const result = await measure([{ host: "nobody.invalid", port: 1 }]);
    expect(result).toMatchObject({ reason: expect.stringContaining("no such host") });
  }, 60_000);

  test("takes the connection and says nothing", async () => {
    const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    closing.push(async () => server.stop(true));
    const result = await measure([{ host: "127.0.0.1", port: server.port }]);
    expect(result).toMatchObject({ reason: expect.stringContaining("no answer") });
  }, 60_000);

  test("breaks the framing", async () => {
    const { connect } = await garbler();
    expect(await measure([connect])).toMatchObject({ reason: expect.stringMatching(/WebSocket|HTTP|offer/) });
  }, 60_000);

  test("is busy for a moment, which is waited for", async () => {
    const peer = lyingPeer({ refusals: [busy(0.05), busy(0.05)] });
    expect(await measure([peer], { plan: { ...PATIENT, patienceSeconds: 30 } })).toMatchObject({ status: "measured" });
  }, 60_000);

  /** Reports what `intervals` makes of the bytes that arrived and the number of intervals asked for, when the time is over. */
  function liar(intervals: (sent: number, count: number) => number[]): Behaviour {
    return {
      hear: (message, peer) => {
        if (message.op !== "upload") return false;
        peer.tell({ op: "ready" });
        const count = message.milliseconds / 100;
        setTimeout(() => peer.tell({ op: "received", intervals: intervals(1e9, count) }), message.milliseconds + 50);
        return true;
      },
    };
  }

  function once(act: (peer: LyingPeer) => void): (bytes: number, peer: LyingPeer) => void {
    let done = false;
    return (_, peer) => {
      if (!done) act(peer);
      done = true;
    };
  }
});

/** Answers a challenge, then with an HTTP head that accepts no WebSocket properly. */
async function garbler() {
  const body = '{"status":"success","data":{"token":"t","difficultyBits":1,"expiresSeconds":1}}';
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const asked = bytes.toString();
        if (asked.includes("/challenge")) {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
          socket.end();
        } else socket.write("HTTP/1.1 101 Sure\r\nsec-websocket-accept: x\r\n\r\n\u0082\u007f");
      },
    },
  });
  closing.push(async () => server.stop(true));
  return { connect: { host: "127.0.0.1", port: server.port } };
}

test("a peer that takes its time with every answer does not hold up the others", async () => {
  const slow = lyingPeer({
    hear: (message, peer) => {
      if (message.op !== "ping") return false;
      setTimeout(() => peer.tell({ op: "pong", number: message.number }), 50);
      return true;
    },
  });
  // More round trips than anybody would wait for.
  const plan = { ...PLAN, pings: 1_000_000, overheadSeconds: 1 };
  expect(await measure([slow], { plan })).toMatchObject({
    status: "not measured",
    reason: expect.stringContaining("it took too long"),
  });
}, 60_000);
