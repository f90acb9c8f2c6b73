import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DecodeError } from "../../../../src/protocol/bytes/index.ts";
import {
  applyDelta,
  type Collateral,
  decodeDelta,
  decodeRecord,
  decodeTable,
  encodeDelta,
  encodeRecord,
  encodeTable,
  type FluxnodeRecord,
  isTier,
  type NodeDelta,
  NodeTable,
  payeesAt,
  planBlock,
  revertDelta,
} from "../../../../src/protocol/fluxnodes/index.ts";
import {
  type CoinView,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import { confirmTx, main, numberedOutpoint, record, spendTx, startTx } from "./fixtures.ts";

const NO_COINS: CoinView = { coin: () => undefined, hasTransaction: () => false };
const COLLATERALS = 24;
/** Around the PON height, so that both sets of windows come into play. */
const FIRST_HEIGHT = 2_019_700;

interface Event {
  /** Blocks since the last event. */
  gap: number;
  nodes: { node: number; spend: boolean; update: boolean; delegates: number }[];
}

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    gap: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(59, 60, 61, 180, 239, 240, 480, 640)),
    nodes: fc.uniqueArray(
      fc.record({ node: fc.nat(COLLATERALS - 1), spend: fc.boolean(), update: fc.boolean(), delegates: fc.nat(3) }),
      { selector: ({ node }) => node, maxLength: 8 },
    ),
  }),
  { maxLength: 25 },
);

/** The transactions that an event makes of the present state: START, CONFIRM or UPDATE, whichever can be, and perhaps a spend. */
function transactionsOf(table: NodeTable, { nodes }: Event): Transaction[] {
  const transactions: Transaction[] = [];
  const spent: OutPoint[] = [];
  for (const { node, spend, update, delegates } of nodes) {
    const collateral = numberedOutpoint(node);
    const status = table.find(collateral)?.status;
    if (spend) spent.push(collateral);
    if (status === "started") transactions.push(confirmTx(collateral, 0, `45.0.0.${node}`));
    if (status === "confirmed" && update) transactions.push(confirmTx(collateral, 1, `45.0.1.${node}`));
    if (status !== undefined) continue;
    const keys = Array.from({ length: delegates }, (_, i) => new Uint8Array(33).fill(2, 0, 33).fill(i, 1));
    const data = delegates === 3 ? null : { using: true, version: 1, type: 1, keys };
    transactions.push(startTx(collateral, { delegates: data, fluxTxVersion: data ? 0x101 : 1 }, 6));
  }
  return [...transactions, spendTx(spent)];
}

function tierOf(node: number): Collateral {
  const tier = 1 + (node % 3);
  return { tier: isTier(tier) ? tier : 1, amount: 100_000_000_000n };
}

const START_COLLATERAL = new Map(
  Array.from({ length: COLLATERALS }, (_, node) => [outPointKey(numberedOutpoint(node)), tierOf(node)]),
);

function planNext(table: NodeTable, height: number, transactions: Transaction[]): NodeDelta {
  const payees = payeesAt(table, height, main, NO_COINS);
  return planBlock({ table, params: main, height, transactions, startCollateral: START_COLLATERAL, payees });
}

const KINDS = [
  "confirmed to confirmed",
  "confirmed to undefined",
  "dos to undefined",
  "none to set",
  "set to none",
  "set to set",
  "started to confirmed",
  "started to dos",
  "undefined to started",
];

describe("deltas of random chains", () => {
  test("going back gives every earlier table byte for byte, going forth every later one", () => {
    let changes = 0;
    const kinds = new Set<string>();
    const property = fc.property(events, (all) => {
      const table = new NodeTable();
      const tables = [encodeTable(table)];
      const deltas: Uint8Array[] = [];
      let height = FIRST_HEIGHT;
      for (const event of all) {
        for (let i = 1; i <= event.gap; i++) {
          const delta = planNext(table, height++, i === event.gap ? transactionsOf(table, event) : []);
          for (const { before, after } of delta.nodes) kinds.add(`${before?.status} to ${after?.status}`);
          for (const { before, after } of delta.delegates)
            kinds.add(`${before ? "set" : "none"} to ${after ? "set" : "none"}`);
          changes += delta.nodes.length;
          applyDelta(table, delta);
          deltas.push(encodeDelta(delta));
          tables.push(encodeTable(table));
        }
      }
      for (let i = deltas.length; i-- > 0; ) {
        revertDelta(table, decodeDelta(deltas[i] as Uint8Array));
        if (!Buffer.from(encodeTable(table)).equals(tables[i] as Uint8Array))
          throw new Error(`block ${i} was not undone`);
      }
      for (const [i, bytes] of deltas.entries()) {
        applyDelta(table, decodeDelta(bytes));
        if (!Buffer.from(encodeTable(table)).equals(tables[i + 1] as Uint8Array)) throw new Error(`block ${i} differs`);
      }
      const copy = decodeTable(encodeTable(table));
      for (const tier of [1, 2, 3] as const) expect([...copy.queue(tier)]).toEqual([...table.queue(tier)]);
    });
    fc.assert(property, { numRuns: 25 });
    // A rare kind of change needs more chains.
    for (let round = 0; round < 200 && (kinds.size < KINDS.length || changes <= 1000); round++)
      fc.assert(property, { numRuns: 5 });
    expect(changes).toBeGreaterThan(1000);
    expect([...kinds].sort()).toEqual(KINDS);
  }, 60_000);

  test("planning leaves the table alone", () => {
    const table = new NodeTable();
    const before = encodeTable(table);
    planNext(table, FIRST_HEIGHT, [startTx(numberedOutpoint(1))]);
    expect(encodeTable(table)).toEqual(before);
  });

  test("a clone is independent", () => {
    const table = new NodeTable();
    for (let i = 0; i < 9; i++) {
      table.put(
        record({ collateral: numberedOutpoint(i), status: "confirmed", confirmed: i + 1, lastConfirmed: i + 1 }),
      );
    }
    table.putDelegates(numberedOutpoint(1), { version: 1, type: 1, keys: [] });
    const before = encodeTable(table);
    const clone = table.clone();
    expect(encodeTable(clone)).toEqual(before);
    clone.remove(numberedOutpoint(0));
    clone.put(record({ collateral: numberedOutpoint(1) }));
    clone.putDelegates(numberedOutpoint(1), null);
    expect(encodeTable(table)).toEqual(before);
    expect(table.head(1)?.collateral).toEqual(numberedOutpoint(0));
    expect(clone.head(1)?.collateral).toEqual(numberedOutpoint(2));
    expect(clone.tierCount(1)).toBe(7);
  });

  test("a delta does not apply to another state, and then changes nothing", () => {
    const table = new NodeTable();
    const delta = planNext(table, FIRST_HEIGHT, [startTx(numberedOutpoint(1)), startTx(numberedOutpoint(2))]);
    expect(() => revertDelta(table, delta)).toThrow();
    applyDelta(table, delta);
    const after = encodeTable(table);
    expect(() => applyDelta(table, delta)).toThrow();
    expect(encodeTable(table)).toEqual(after);
    table.put({ ...(table.find(numberedOutpoint(2)) as FluxnodeRecord), ip: "other" });
    const changed = encodeTable(table);
    expect(() => revertDelta(table, delta)).toThrow();
    expect(encodeTable(table)).toEqual(changed);
  });

  test("records share no memory with the block", () => {
    const tx = startTx(numberedOutpoint(1), { publicKey: new Uint8Array(33).fill(3) });
    const table = new NodeTable();
    applyDelta(table, planNext(table, FIRST_HEIGHT, [tx]));
    const before = encodeTable(table);
    if (tx.fluxnode?.kind === "start") {
      tx.fluxnode.publicKey.fill(9);
      tx.fluxnode.collateral.txid.fill(9);
    }
    expect(encodeTable(table)).toEqual(before);
  });
});

describe("codecs", () => {
  const bytes = (max: number) => fc.uint8Array({ maxLength: max });
  const u32 = fc.integer({ min: 0, max: 0xffffffff });
  const anyRecord: fc.Arbitrary<FluxnodeRecord> = fc.record({
    collateral: fc.record({ txid: fc.uint8Array({ minLength: 32, maxLength: 32 }), index: u32 }),
    collateralPublicKey: bytes(65),
    publicKey: bytes(65),
    redeemScript: bytes(600),
    fluxTxVersion: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    txVersion: fc.constantFrom(5, 6),
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
    amount: fc.bigInt({ min: 0n, max: 2n ** 62n }),
    added: u32,
    confirmed: u32,
    lastConfirmed: u32,
    lastPaid: u32,
    ip: bytes(60).map((data) => String.fromCharCode(...data)),
    status: fc.constantFrom("started" as const, "dos" as const, "confirmed" as const),
  });

  test("a record comes back as it was", () => {
    fc.assert(fc.property(anyRecord, (node) => expect(decodeRecord(encodeRecord(node))).toEqual(node)));
  });

  test("a delta comes back as it was, even when a node is replaced by another START", () => {
    fc.assert(
      fc.property(fc.option(anyRecord), fc.option(anyRecord), anyRecord, (a, b, { collateral, publicKey }) => {
        const set = { version: 1, type: 1, keys: [publicKey] };
        const delta: NodeDelta = {
          nodes:
            a || b
              ? [{ outpoint: collateral, before: a && { ...a, collateral }, after: b && { ...b, collateral } }]
              : [],
          delegates: [{ outpoint: collateral, before: a ? set : null, after: a ? null : set }],
        };
        expect(decodeDelta(encodeDelta(delta))).toEqual(delta);
      }),
    );
  });

  test("damaged bytes are refused with a DecodeError or give another value, and never hang or crash", () => {
    const table = new NodeTable();
    const good = encodeDelta(planNext(table, FIRST_HEIGHT, [startTx(numberedOutpoint(1))]));
    const node = encodeRecord(record({ collateral: numberedOutpoint(1), ip: "1.1.1.1" }));
    const decoders = [
      [good, decodeDelta],
      [node, decodeRecord],
      [encodeTable(table), decodeTable],
    ] as const;
    for (const [valid, decode] of decoders) {
      for (let length = 0; length < valid.length; length++)
        expect(() => decode(valid.subarray(0, length))).toThrow(DecodeError);
      expect(() => decode(new Uint8Array([...valid, 0]))).toThrow(DecodeError);
      fc.assert(
        fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const damaged = valid.slice();
          damaged[at] = (damaged[at] as number) ^ change;
          try {
            decode(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }),
      );
    }
  });

  test("a table in which a node stands twice is refused", () => {
    const node = encodeRecord(record({ collateral: numberedOutpoint(1) }));
    const twice = new Uint8Array([1, 2, node.length, ...node, node.length, ...node, 0]);
    expect(() => decodeTable(twice)).toThrow(DecodeError);
    expect(decodeTable(new Uint8Array([1, 1, node.length, ...node, 0])).count("started")).toBe(1);
  });
});
