import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type FluxnodeRecord, NodeTable } from "../../../../src/protocol/fluxnodes/index.ts";
import { compareOutPoints } from "../../../../src/protocol/primitives/index.ts";
import { numberedOutpoint, outpoint, record, vectors } from "./fixtures.ts";

type Row = { txid: string; n?: number; confirmed: number; paid: number };

function confirmedNode(row: Row): FluxnodeRecord {
  return record({
    collateral: outpoint(`${row.txid.padStart(64, "0")}:${row.n ?? 0}`),
    status: "confirmed",
    confirmed: row.confirmed,
    lastConfirmed: row.confirmed,
    lastPaid: row.paid,
  });
}

function orderOf(nodes: readonly FluxnodeRecord[]): number[] {
  const table = new NodeTable();
  for (const node of nodes) table.put(node);
  return [...table.queue(1)].map((node) => nodes.indexOf(node));
}

/** The order of spec fluxnodes.md 8.3 written out once more. */
function compareByRule(a: FluxnodeRecord, b: FluxnodeRecord): number {
  const height = (node: FluxnodeRecord) => (node.lastPaid > 0 ? node.lastPaid : node.confirmed);
  const paid = (node: FluxnodeRecord) => (node.lastPaid > 0 ? 1 : 0);
  return height(a) - height(b) || paid(a) - paid(b) || compareOutPoints(a.collateral, b.collateral);
}

describe("payment order", () => {
  test("computed example", () => {
    const { entries, expected_order: expected } = vectors.payment_queue_order;
    const nodes = entries.map((entry: Row & { last_paid: number }) =>
      confirmedNode({ ...entry, paid: entry.last_paid }),
    );
    expect(orderOf(nodes).map((i) => entries[i].id)).toEqual(expected);
  });

  test("main network: nodes were paid in the order of confirmation height and outpoint", () => {
    const { rows } = vectors.payment_queue_order_mainnet;
    const byPayment = [...rows].sort((a, b) => a.last_paid_height - b.last_paid_height);
    const nodes = byPayment.map((row) => confirmedNode({ ...row, confirmed: row.confirmed_height, paid: 0 }));
    expect(orderOf(nodes)).toEqual(nodes.map((_, i) => i));
  });

  test("main network: a node that was never paid comes before one paid at its height", () => {
    const rows = vectors.payment_queue_tie_mainnet.rows as {
      txid: string;
      confirmed_height: number;
      last_paid_height: number;
    }[];
    const nodes = rows.map((row) =>
      confirmedNode({ txid: row.txid, confirmed: row.confirmed_height, paid: row.last_paid_height }),
    );
    expect(orderOf([...nodes].reverse())).toEqual([1, 0]);
  });

  test("any series of changes leaves the order of the rule", () => {
    const step = fc.record({
      node: fc.nat(60),
      height: fc.integer({ min: 1, max: 70_000 }),
      paid: fc.boolean(),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new NodeTable();
        const expected = new Map<number, FluxnodeRecord>();
        for (const { node, height, paid, gone } of steps) {
          const collateral = numberedOutpoint(node);
          const next = record({ collateral, status: "confirmed", confirmed: height, lastPaid: paid ? height : 0 });
          if (gone) table.remove(collateral);
          else table.put(next);
          if (gone) expected.delete(node);
          else expected.set(node, next);
        }
        const sorted = [...expected.values()].sort(compareByRule);
        expect([...table.queue(1)]).toEqual(sorted);
        expect(table.head(1)).toBe(sorted[0]);
        expect(table.tierCount(1)).toBe(sorted.length);
      }),
      { numRuns: 60 },
    );
  });

  test("ten thousand nodes keep the order while heads are paid", () => {
    const table = new NodeTable();
    const count = 10_000;
    for (let i = 0; i < count; i++) {
      const confirmed = 1 + ((i * 7919) % 997);
      table.put(record({ collateral: numberedOutpoint(i), status: "confirmed", confirmed, lastConfirmed: confirmed }));
    }
    const sequence: FluxnodeRecord[] = [];
    const initial = [...table.queue(1)];
    for (let height = 2_000; height < 2_000 + count; height++) {
      const head = table.head(1) as FluxnodeRecord;
      sequence.push(head);
      table.put({ ...head, lastPaid: height });
    }
    expect(sequence).toEqual(initial);
    expect([...table.queue(1)].map((node) => node.collateral)).toEqual(initial.map((node) => node.collateral));
  });
});
