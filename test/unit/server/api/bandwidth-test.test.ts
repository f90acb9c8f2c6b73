import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BANDWIDTH_PATHS, isProof } from "../../../../src/bench/index.ts";
import { FakeServer, FakeSocket, LIMITS, until } from "./fake-client.ts";

const HOUR = 3_600_000;
const session = (query: string) => `${BANDWIDTH_PATHS.session}?${query}`;

describe("who may begin", () => {
  test("a challenge that was answered opens one session", () => {
    const server = new FakeServer();
    const query = server.ticket();
    const control = server.open(undefined, session(query));
    expect(control.messages).toMatchObject([{ op: "welcome", limits: { bytes: LIMITS.bytes, streams: 8 } }]);
    control.events?.closed();
    expect(server.outcome(session(query))).toBe("403 ChallengeRefused");
  });

  test("a token is worth nothing at another address, too late, or changed", () => {
    const server = new FakeServer();
    const query = server.ticket("192.0.2.1");
    expect(server.outcome(session(query), "192.0.2.2")).toBe("403 ChallengeRefused");
    expect(server.outcome(session(query.replace("token=", "token=1")), "192.0.2.1")).toBe("403 ChallengeRefused");
    expect(server.outcome(session(""), "192.0.2.1")).toBe("403 ChallengeRefused");
    expect(server.outcome(session(query), "192.0.2.1")).toBe("accepted");
    server.time += LIMITS.challengeSeconds * 1000 + 1;
    expect(server.outcome(session(query), "192.0.2.1")).toBe("403 ChallengeRefused");
  });

  test("the same token of another server is none here", () => {
    expect(new FakeServer().outcome(session(new FakeServer().ticket()))).toBe("403 ChallengeRefused");
  });

  test("no text makes a token", () => {
    const server = new FakeServer();
    fc.assert(
      fc.property(fc.string(), fc.string(), (token, proof) => {
        expect(server.outcome(session(`${new URLSearchParams({ token, proof })}`))).toBe("403 ChallengeRefused");
      }),
    );
  });

  test("the proof is needed", () => {
    const difficultyBits = 8;
    const server = new FakeServer({ difficultyBits });
    const query = server.ticket();
    const token = new URLSearchParams(query).get("token") ?? "";
    let wrong = 0;
    while (isProof(token, `${wrong}`, difficultyBits)) wrong++;
    expect(server.outcome(session(query.replace(/proof=\d+/, `proof=${wrong}`)))).toBe("403 ChallengeRefused");
    expect(server.outcome(session(query))).toBe("accepted");
  });

  test("addresses of one IPv6 network are one client, and IPv4 in IPv6 is itself", () => {
    const server = new FakeServer();
    expect(server.outcome(session(server.ticket("2001:db8:1:2::1")), "2001:db8:1:2:3::9")).toBe("accepted");
    expect(server.outcome(session(server.ticket("2001:db8:1:2::1")), "2001:db8:1:3::1")).toBe("403 ChallengeRefused");
    expect(server.outcome(session(server.ticket("192.0.2.1")), "::ffff:192.0.2.1")).toBe("accepted");
  });

  test("web pages and other methods are turned away, other paths are others' business", () => {
    const server = new FakeServer();
    expect(server.ask(BANDWIDTH_PATHS.challenge, "192.0.2.1", { origin: "https://example.com" })).toMatchObject({
      status: 403,
    });
    expect(server.ask(BANDWIDTH_PATHS.challenge, "192.0.2.1", { method: "POST" })).toMatchObject({ status: 405 });
    expect(server.ask("/flux/version")).toBeNull();
  });

  test("one at a time; the others are told when to come back", () => {
    const server = new FakeServer();
    const late = server.ticket("192.0.2.9");
    const first = server.open();
    const reply = server.ask(session(late), "192.0.2.9");
    expect(reply).toMatchObject({ status: 503 });
    const { data } = JSON.parse(String(reply && "body" in reply && reply.body));
    expect(data).toMatchObject({ name: "Busy" });
    expect(data.retryAfterSeconds).toBeGreaterThan(0);
    first.events?.closed();
    expect(server.outcome(session(late), "192.0.2.9")).toBe("accepted");
  });

  test("of two who were let in at the same moment the second is turned away", () => {
    const server = new FakeServer();
    const replies = ["192.0.2.1", "192.0.2.2"].map((client) => server.ask(session(server.ticket(client)), client));
    const sockets = replies.map((reply) => {
      const socket = new FakeSocket();
      if (reply && "exchange" in reply) socket.events = reply.exchange(socket);
      return socket;
    });
    expect(sockets.map(({ state }) => state)).toEqual(["open", "destroyed"]);
    expect(sockets.map(({ texts }) => texts.length)).toEqual([1, 0]);
  });

  test("sessions of an hour are limited for one client and for all", () => {
    const server = new FakeServer({ sessionsPerHour: 3, sessionsPerHourAndClient: 2 });
    const visit = (client: string) => {
      const outcome = server.outcome(session(server.ticket(client)), client);
      if (outcome === "accepted") server.open(client).events?.closed();
      return outcome;
    };
    expect(["1", "1", "1"].map((n) => visit(`192.0.2.${n}`))).toEqual(["accepted", "accepted", "429 LimitReached"]);
    expect(["2", "3"].map((n) => visit(`192.0.2.${n}`))).toEqual(["accepted", "429 LimitReached"]);
    server.time += HOUR;
    expect(visit("192.0.2.1")).toBe("accepted");
  });
});

describe("a session", () => {
  test("a download is exactly what was asked for, over all streams", async () => {
    const server = new FakeServer();
    const { control, streams } = server.session(3);
    control.say({ op: "download", milliseconds: 60_000 / 10, bytes: 10_000_001 });
    const sum = () => streams.reduce((total, { bytes }) => total + bytes, 0);
    await until(() => sum() >= 10_000_001);
    for (const { events } of streams) events?.drained();
    expect(sum()).toBe(10_000_001);
    control.say({ op: "stop" });
    expect(streams.map(({ state }) => state)).toEqual(["destroyed", "destroyed", "destroyed"]);
    control.events?.closed();
    expect(server.ended).toEqual([null]);
  });

  test("what a slow reader does not take is not piled up", () => {
    const { control, streams } = new FakeServer().session(1);
    const [stream] = streams;
    if (!stream) throw new Error("no stream");
    stream.reads = false;
    control.say({ op: "download", milliseconds: 5000, bytes: 1e9 });
    expect(stream.mostUnsent).toBeLessThan(1 << 20);
    const before = stream.bytes;
    stream.events?.drained();
    expect(stream.bytes).toBe(before);
    stream.unsent = 0;
    stream.events?.drained();
    expect(stream.bytes).toBeGreaterThan(before);
    control.events?.closed();
  });

  test("an upload is counted in the intervals in which it arrives", () => {
    const server = new FakeServer();
    const { control, streams } = server.session(2);
    control.say({ op: "upload", milliseconds: 1000, bytes: 600 });
    expect(control.messages.at(-1)).toEqual({ op: "ready" });
    streams[0]?.events?.message(new Uint8Array(100));
    server.time += 250;
    streams[1]?.events?.message(new Uint8Array(200));
    server.time += 150;
    streams[1]?.events?.message(new Uint8Array(300));
    expect(control.messages.at(-1)).toEqual({ op: "received", intervals: [100, 0, 200, 0] });
    expect(streams.map(({ state }) => state)).toEqual(["destroyed", "destroyed"]);
    control.events?.closed();
  });

  const excesses: [string, object | string][] = [
    ["more bytes than allowed", { op: "download", milliseconds: 100, bytes: LIMITS.bytes + 1 }],
    ["longer than allowed", { op: "upload", milliseconds: LIMITS.milliseconds + 1, bytes: 100 }],
    ["no JSON", "{"],
    ["an unknown word", { op: "shutdown" }],
    ["a field too many", { op: "stop", now: true }],
    ["a negative number", { op: "download", milliseconds: 100, bytes: -1 }],
  ];
  test.each(excesses)("ends at %s", (_, message) => {
    const server = new FakeServer();
    const { control, streams } = server.session(1);
    control.say(message);
    expect(control.messages.at(-1)).toMatchObject({ op: "failed" });
    expect(control.state).toBe("finished");
    expect(server.ended).toHaveLength(1);
    expect(server.outcome(session(server.ticket()))).toBe("accepted");
    expect(streams[0]?.bytes).toBe(0);
  });

  test("ends when more comes than was announced, or data without an upload", () => {
    const server = new FakeServer();
    const first = server.session(1);
    first.control.say({ op: "upload", milliseconds: 1000, bytes: 100 });
    first.streams[0]?.events?.message(new Uint8Array(101));
    const second = server.session(1);
    second.streams[0]?.events?.message(new Uint8Array(1));
    for (const { control } of [first, second]) expect(control.messages.at(-1)).toMatchObject({ op: "failed" });
    expect(server.ended).toHaveLength(2);
  });

  test("data on streams opened after an upload is not taken, what was under way is forgiven", () => {
    const server = new FakeServer();
    const { control, streams, target } = server.session(1);
    control.say({ op: "upload", milliseconds: 1000, bytes: 100 });
    streams[0]?.events?.message(new Uint8Array(100));
    expect(control.messages.at(-1)).toMatchObject({ op: "received" });
    streams[0]?.events?.message(new Uint8Array(100));
    expect(server.ended).toEqual([]);
    server.open(undefined, target).events?.message(new Uint8Array(100));
    expect(server.ended).toEqual(["data came without an upload"]);
  });

  test("tests each direction once, and needs streams", () => {
    const server = new FakeServer();
    const { control } = server.session(1);
    control.say({ op: "download", milliseconds: 1000, bytes: 10 });
    control.say({ op: "stop" });
    control.say({ op: "download", milliseconds: 1000, bytes: 10 });
    expect(server.ended).toHaveLength(1);
    server.session(0).control.say({ op: "upload", milliseconds: 1000, bytes: 10 });
    expect(server.ended).toHaveLength(2);
  });

  test("streams belong to its client, and are few", () => {
    const server = new FakeServer({ streams: 2 });
    const { target, control } = server.session(1);
    expect(server.outcome(target, "192.0.2.2")).toBe("403 Forbidden");
    expect(server.outcome(`${BANDWIDTH_PATHS.stream}?id=`)).toBe("403 Forbidden");
    server.open(undefined, target);
    expect(server.outcome(target)).toBe("409 TooManyStreams");
    control.events?.closed();
    expect(server.outcome(target)).toBe("403 Forbidden");
  });

  test("a client that says nothing is cut off, one that takes too long too", async () => {
    for (const limits of [{ idleSeconds: 0.02 }, { sessionSeconds: 0.02 }]) {
      const server = new FakeServer(limits);
      const { control, streams } = server.session(1);
      await until(() => server.ended.length > 0);
      expect(server.ended[0]).toMatch(/too long/);
      expect(control.state).toBe("finished");
      expect(streams.map(({ state }) => state)).toEqual(["destroyed"]);
    }
  });

  test("what was asked for and not used is given back to the hour", () => {
    const server = new FakeServer({ bytesPerHour: 40_000_000, bytesPerHourAndClient: 20_000_000 });
    const first = server.session(1);
    expect(first.welcome.limits.bytes).toBe(10_000_000);
    first.control.say({ op: "upload", milliseconds: 1000, bytes: 9_000_000 });
    first.streams[0]?.events?.message(new Uint8Array(4_000_000));
    first.control.events?.closed();
    const second = server.session(1);
    expect(second.welcome.limits.bytes).toBe(8_000_000);
    second.control.events?.closed();
    expect(server.session(0, "192.0.2.9").welcome.limits.bytes).toBe(10_000_000);
  });

  test("pings are answered, but not for ever", () => {
    const server = new FakeServer();
    const { control } = server.session(0);
    control.say({ op: "ping", number: 7 });
    expect(control.messages.at(-1)).toEqual({ op: "pong", number: 7 });
    for (let number = 0; server.ended.length === 0; number++) control.say({ op: "ping", number });
    expect(control.messages.at(-1)).toMatchObject({ op: "failed" });
  });

  test("a node that stops tells so and takes nobody", () => {
    const server = new FakeServer();
    const { control } = server.session(1);
    server.test.stop();
    expect(control.messages.at(-1)).toEqual({ op: "failed", reason: "the node stops" });
    expect(server.outcome(BANDWIDTH_PATHS.challenge)).toBe("503 Stopping");
  });
});
