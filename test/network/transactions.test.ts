import { afterEach, describe, expect, test } from "bun:test";
import {
  filteraddMessage,
  filterloadMessage,
  getdataMessage,
  InventoryType,
  invMessage,
  mempoolMessage,
  notfoundMessage,
  rejectMessage,
  txMessage,
} from "../../src/p2p/messages/index.ts";
import { makeTransaction, type OutPoint, type Transaction } from "../../src/protocol/primitives/index.ts";
import { reject } from "../../src/protocol/rules/index.ts";
import { transactionFields } from "../chain/block-builder.ts";
import { blocksOf, networkOf } from "../chain/recorded-set.ts";
import { connectAll } from "../chain/test-store.ts";
import { FakePool } from "./fake-pool.ts";
import { endAll, introducedPeer, startNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";
import type { WirePeer } from "./wire-peer.ts";

const PARAMS = networkOf("regtest-a");
const SCRIPT = Uint8Array.of(0x51);

afterEach(endAll);

let serial = 0;

/** A transaction that spends an output nobody looks at. */
function transaction(prevout: OutPoint = { txid: new Uint8Array(32).fill(++serial), index: 0 }): Transaction {
  const inputs = [{ prevout, scriptSig: new Uint8Array(0), sequence: 0xffffffff }];
  return makeTransaction(transactionFields(PARAMS, 700, { inputs, outputs: [{ value: 5n, script: SCRIPT }] }));
}

function announced(tx: Transaction) {
  return [{ type: InventoryType.transaction, hash: tx.txid }];
}

async function nodeWithPool(): Promise<{ node: TestNode; pool: FakePool }> {
  const pool = new FakePool();
  const node = await startNode({ params: PARAMS, pool });
  const witness = await introducedPeer(node);
  await connectAll(node.chain, blocksOf("regtest-a").slice(0, 3));
  // The blocks are announced a little later, and nothing of that shall be taken for an announced transaction.
  const tip = Buffer.from(node.chain.tipHash);
  await until("the tip is announced", () =>
    witness.heard.some(({ command, payload }) => command === "inv" && Buffer.from(payload).includes(tip)),
  );
  witness.end();
  await until("the witness is gone", () => node.network.peers.size === 0);
  return { node, pool };
}

async function quiet(peer: WirePeer): Promise<void> {
  await peer.settle();
  peer.forget();
}

describe("announced transactions", () => {
  test("are asked for, taken in and announced to the others", async () => {
    const { node, pool } = await nodeWithPool();
    const [giver, other] = [await introducedPeer(node), await introducedPeer(node)];
    const tx = transaction();
    giver.send(invMessage, announced(tx));
    expect(await giver.hearBody(getdataMessage)).toEqual(announced(tx));
    giver.send(txMessage, tx);
    expect(await other.hearBody(invMessage)).toEqual(announced(tx));
    expect(pool.offered).toHaveLength(1);
    other.send(getdataMessage, announced(tx));
    expect((await other.hear("tx")).payload).toEqual(tx.raw);
    // It is not announced to the one who has it.
    await giver.settle();
    expect(giver.commands).not.toContain("inv");
  });

  test("are asked from one peer at a time, and not at all when they are here", async () => {
    const { node } = await nodeWithPool();
    const [first, second] = [await introducedPeer(node), await introducedPeer(node)];
    const tx = transaction();
    first.send(invMessage, announced(tx));
    await first.hear("getdata");
    await quiet(second);
    second.send(invMessage, announced(tx));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(second.commands).not.toContain("getdata");
    first.send(txMessage, tx);
    await first.settle();
    await quiet(first);
    first.send(invMessage, announced(tx));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(first.commands).not.toContain("getdata");
  });

  test("of unknown kinds are not asked for", async () => {
    const { node } = await nodeWithPool();
    const peer = await introducedPeer(node);
    await quiet(peer);
    peer.send(
      invMessage,
      [4, 5, 6, 7, 8, 9, 10].map((type) => ({ type, hash: new Uint8Array(32).fill(type) })),
    );
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(peer.commands).not.toContain("getdata");
  });
});

describe("refused transactions", () => {
  test("are answered, cost the points of the rule, and are not asked for again until the tip changes", async () => {
    const { node, pool } = await nodeWithPool();
    pool.judge = () => ({ kind: "refused", reject: reject("tx.test", "bad-test", 7) });
    const peer = await introducedPeer(node);
    const tx = transaction();
    peer.send(txMessage, tx);
    expect(await peer.hearBody(rejectMessage)).toEqual({
      message: "tx",
      code: 0x10,
      reason: "bad-test",
      hash: tx.txid,
    });
    expect(node.network.peers.all()[0]?.score).toBe(7);
    await quiet(peer);
    peer.send(invMessage, announced(tx));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(peer.commands).not.toContain("getdata");
    await connectAll(node.chain, blocksOf("regtest-a").slice(3, 4));
    peer.send(invMessage, announced(tx));
    await peer.hear("getdata");
  });

  test("for a signature outside the id are asked for again", async () => {
    const { node, pool } = await nodeWithPool();
    pool.judge = () => ({
      kind: "refused",
      reject: reject("fluxnode.signature", "bad-signature", 10, { scope: "copy" }),
    });
    const peer = await introducedPeer(node);
    const tx = transaction();
    peer.send(txMessage, tx);
    await peer.hear("reject");
    peer.send(invMessage, announced(tx));
    await peer.hear("getdata");
  });
});

describe("orphans", () => {
  test("wait for their parents, and are announced with them", async () => {
    const { node, pool } = await nodeWithPool();
    const parent = transaction();
    const child = transaction({ txid: parent.txid, index: 0 });
    const grandchild = transaction({ txid: child.txid, index: 0 });
    pool.judge = (tx) => {
      const missing = tx.inputs
        .map(({ prevout }) => prevout.txid)
        .filter(
          (txid) => [parent, child].some((each) => each.txid.every((byte, i) => byte === txid[i])) && !pool.has(txid),
        );
      return missing.length > 0 ? { kind: "orphan", missing } : "take";
    };
    const [giver, other] = [await introducedPeer(node), await introducedPeer(node)];
    for (const tx of [grandchild, child]) giver.send(txMessage, tx);
    await giver.settle();
    expect(node.network.relay.orphans.size).toBe(2);
    giver.send(txMessage, parent);
    const heard = new Set<string>();
    await until("all three are announced", () => {
      for (const { command, payload } of other.heard.splice(0))
        if (command === "inv")
          for (let at = 5; at < payload.length; at += 36)
            heard.add(Buffer.from(payload.subarray(at, at + 32)).toString("hex"));
      // Blocks are announced, too.
      return [parent, child, grandchild].every(({ txid }) => heard.has(Buffer.from(txid).toString("hex")));
    });
    expect(node.network.relay.orphans.size).toBe(0);
  });

  test("are few, small, and go with who sent them", async () => {
    const { node, pool } = await nodeWithPool();
    pool.judge = () => ({ kind: "orphan", missing: [new Uint8Array(32)] });
    const peer = await introducedPeer(node);
    for (let i = 0; i < 150; i++)
      peer.send(txMessage, transaction({ txid: crypto.getRandomValues(new Uint8Array(32)), index: i }));
    await peer.settle();
    expect(node.network.relay.orphans.size).toBe(100);
    peer.end();
    await until("they are gone", () => node.network.relay.orphans.size === 0);
  });
});

describe("getdata and mempool", () => {
  test("what is not there is named in notfound; pool transactions are given", async () => {
    const { node, pool } = await nodeWithPool();
    const tx = transaction();
    await pool.accept(tx);
    const peer = await introducedPeer(node);
    const missing = transaction();
    peer.send(getdataMessage, [...announced(missing), ...announced(tx)]);
    expect((await peer.hear("tx")).payload).toEqual(tx.raw);
    expect(await peer.hearBody(notfoundMessage)).toEqual(announced(missing));
    peer.send(mempoolMessage, undefined);
    expect(await peer.hearBody(invMessage)).toEqual(announced(tx));
  });

  test("a filter decides what is announced", async () => {
    const { node, pool } = await nodeWithPool();
    const [wanted, unwanted] = [transaction(), transaction()];
    await pool.accept(wanted);
    await pool.accept(unwanted);
    const peer = await introducedPeer(node, { relay: false });
    const empty = { data: new Uint8Array(300), hashFunctions: 10, tweak: 5, flags: 0 };
    peer.send(filterloadMessage, empty);
    peer.send(filteraddMessage, wanted.txid);
    peer.send(mempoolMessage, undefined);
    expect(await peer.hearBody(invMessage)).toEqual(announced(wanted));
  });

  test("filters and elements that are too large end the connection", async () => {
    const { node } = await nodeWithPool();
    const large = await introducedPeer(node);
    large.send(filterloadMessage, { data: new Uint8Array(36_001), hashFunctions: 1, tweak: 0, flags: 0 });
    await large.gone();
    const many = await introducedPeer(node);
    many.send(filterloadMessage, { data: new Uint8Array(1), hashFunctions: 51, tweak: 0, flags: 0 });
    await many.gone();
    const none = await introducedPeer(node);
    none.send(filteraddMessage, new Uint8Array(521));
    await none.gone();
  });
});
