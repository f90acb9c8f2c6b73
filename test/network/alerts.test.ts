import { afterEach, describe, expect, test } from "bun:test";
import { type Alert, alertMessage } from "../../src/p2p/messages/index.ts";
import { ByteWriter } from "../../src/protocol/bytes/index.ts";
import { ecdsaSign, publicKeyCreate, sha256d } from "../../src/protocol/crypto/index.ts";
import { networkOf } from "../chain/recorded-set.ts";
import { TestClock } from "./test-clock.ts";
import { endAll, introducedPeer, startNode } from "./test-network.ts";
import type { TestNode } from "./test-node.ts";

const SECRET = new Uint8Array(32).fill(5);
const REGTEST = networkOf("regtest-a");
const PARAMS = { ...REGTEST, alertKey: publicKeyCreate(SECRET, false) };
const LAST = 0x7fffffff;
const LAST_TEXT = "URGENT: Alert key compromised, upgrade required";

afterEach(endAll);

interface AlertParts {
  relayUntil?: number;
  expiration?: number;
  id?: number;
  cancelsUpTo?: number;
  cancels?: number[];
  minVersion?: number;
  maxVersion?: number;
  userAgents?: string[];
  priority?: number;
  text?: string;
}

function text(writer: ByteWriter, value: string): void {
  writer.varBytes(new Uint8Array(Buffer.from(value, "latin1")));
}

function alertOf(clock: TestClock, parts: AlertParts, secret = SECRET): Alert {
  const writer = new ByteWriter(200).i32(1);
  writer.i64(BigInt(parts.relayUntil ?? clock.now() + 100)).i64(BigInt(parts.expiration ?? clock.now() + 100));
  writer.i32(parts.id ?? 1).i32(parts.cancelsUpTo ?? 0);
  const { cancels = [], userAgents = [] } = parts;
  writer.compactSize(cancels.length);
  for (const id of cancels) writer.i32(id);
  writer.i32(parts.minVersion ?? 0).i32(parts.maxVersion ?? LAST);
  writer.compactSize(userAgents.length);
  for (const userAgent of userAgents) text(writer, userAgent);
  writer.i32(parts.priority ?? 10);
  for (const value of ["comment", parts.text ?? "take care", ""]) text(writer, value);
  const payload = writer.finish();
  return { payload, signature: ecdsaSign(sha256d(payload), secret) };
}

async function alertedNode() {
  const clock = new TestClock();
  const node = await startNode({ params: PARAMS, clock });
  return { clock, node, peer: await introducedPeer(node) };
}

function scores(node: TestNode): number[] {
  return node.network.peers.all().map(({ score }) => score);
}

describe("an alert of the network's makers", () => {
  test("is shown, told to all others once, and to those who come later", async () => {
    const { clock, node, peer } = await alertedNode();
    const other = await introducedPeer(node);
    const alert = alertOf(clock, {});
    peer.send(alertMessage, alert);
    peer.send(alertMessage, alert);
    expect(await other.hearBody(alertMessage)).toEqual(alert);
    expect(node.network.warning).toBe("take care");
    other.send(alertMessage, alert);
    const late = await introducedPeer(node);
    expect(await late.hearBody(alertMessage)).toEqual(alert);
    for (const each of [peer, other, late]) {
      await each.settle();
      expect(each.commands).not.toContain("alert");
    }
    expect(scores(node)).toEqual([0, 0, 0]);
    clock.advance(100);
    expect(node.network.warning).toBe("");
    const afterwards = await introducedPeer(node);
    await afterwards.settle();
    expect(afterwards.commands).not.toContain("alert");
  });

  test("costs ten points if somebody else signed it, it is over, or nobody may warn", async () => {
    const { clock, node, peer } = await alertedNode();
    peer.send(alertMessage, alertOf(clock, {}, new Uint8Array(32).fill(6)));
    await peer.settle();
    expect(scores(node)).toEqual([10]);
    peer.send(alertMessage, alertOf(clock, { expiration: clock.now() }));
    await peer.settle();
    expect(scores(node)).toEqual([20]);
    peer.send(alertMessage, { payload: new Uint8Array(0), signature: new Uint8Array(0) });
    await peer.settle();
    expect(scores(node)).toEqual([30]);
    expect(node.network.warning).toBe("");

    const silent = await startNode({ params: REGTEST, clock });
    const other = await introducedPeer(silent);
    other.send(alertMessage, alertOf(clock, {}));
    await other.settle();
    expect(scores(silent)).toEqual([10]);
  });

  test("cannot be read where the signed bytes are none", async () => {
    const { node, peer } = await alertedNode();
    const payload = Uint8Array.of(1, 2, 3);
    peer.send(alertMessage, { payload, signature: ecdsaSign(sha256d(payload), SECRET) });
    expect((await peer.hear("reject")).payload.length).toBeGreaterThan(0);
    expect(scores(node)).toEqual([0]);
  });

  test("ends others, and those it ended are not taken again", async () => {
    const { clock, node, peer } = await alertedNode();
    const other = await introducedPeer(node);
    const first = alertOf(clock, { id: 1, text: "first" });
    peer.send(alertMessage, first);
    peer.send(alertMessage, alertOf(clock, { id: 5, text: "second", cancels: [1] }));
    await peer.settle();
    expect(node.network.warning).toBe("second");
    peer.send(alertMessage, alertOf(clock, { id: 6, text: "third", cancelsUpTo: 5 }));
    await peer.settle();
    expect(node.network.warning).toBe("third");
    const late = await introducedPeer(node);
    late.send(alertMessage, first);
    await late.settle();
    expect(scores(node)).toEqual([0, 0, 10]);
    await other.settle();
  });

  test("is shown only where it is meant to, the most urgent one first", async () => {
    const { clock, node, peer } = await alertedNode();
    const show = async (parts: AlertParts) => {
      peer.send(alertMessage, alertOf(clock, parts));
      await peer.settle();
      return node.network.warning;
    };
    expect(await show({ id: 1, maxVersion: 170_020, text: "old versions" })).toBe("");
    expect(await show({ id: 2, userAgents: ["/Other:1/"], text: "others" })).toBe("");
    expect(await show({ id: 3, userAgents: ["/MagicBean:9.0.6/"], priority: 5, text: "us\u0007" })).toBe("us?");
    expect(await show({ id: 4, priority: 4, text: "less" })).toBe("us?");
    expect(await show({ id: 5, priority: 6, text: "more" })).toBe("more");
  });

  test("with the last number is the last word, or none", async () => {
    const { clock, node, peer } = await alertedNode();
    const last: AlertParts = { id: LAST, expiration: LAST, cancelsUpTo: LAST - 1, priority: LAST, text: LAST_TEXT };
    for (const wrong of [
      { text: "all is well" },
      { expiration: LAST - 1 },
      { minVersion: 1 },
      { userAgents: ["/x/"] },
    ]) {
      const before = scores(node)[0] ?? 0;
      peer.send(alertMessage, alertOf(clock, { ...last, ...wrong }));
      await peer.settle();
      expect(scores(node)).toEqual([before + 10]);
    }
    peer.send(alertMessage, alertOf(clock, last));
    await peer.settle();
    expect(node.network.warning).toBe(LAST_TEXT);
    // Nothing comes after it.
    peer.send(alertMessage, alertOf(clock, { id: 9 }));
    await peer.settle();
    expect(scores(node)).toEqual([50]);
  });
});
