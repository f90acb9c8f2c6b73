import { describe, expect, test } from "bun:test";
import { toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import {
  applyDelta,
  type Collateral,
  encodeTable,
  type FluxnodeRecord,
  type NodeDelta,
  type NodeStatus,
  NodeTable,
  payeesAt,
  planBlock,
  revertDelta,
  type Tier,
} from "../../../../src/protocol/fluxnodes/index.ts";
import { type CoinView, outPointKey, type Transaction } from "../../../../src/protocol/primitives/index.ts";
import { confirmTx, main, numberedOutpoint, outpoint, record, spendTx, startTx, vectors } from "./fixtures.ts";

const NO_COINS: CoinView = { coin: () => undefined, hasTransaction: () => false };

interface ScenarioTx {
  type: "START" | "INITIAL" | "UPDATE";
  op: string;
  tier: Tier;
  ip: string;
}

interface Step {
  height: number;
  txs: ScenarioTx[];
  spent_collaterals: string[];
  payees_of_this_block: Record<string, string>;
  state_after: Record<"started" | "dos" | "confirmed", unknown>;
}

function name(collateral: FluxnodeRecord["collateral"]): string {
  return `${toDisplayHash(collateral.txid)}:${collateral.index}`;
}

function connect(table: NodeTable, height: number, transactions: Transaction[], starts: Map<string, Collateral>) {
  const payees = payeesAt(table, height, main, NO_COINS);
  const plan = { table, params: main, height, transactions, startCollateral: starts, payees };
  const delta = planBlock(plan);
  applyDelta(table, delta);
  return { delta, payees };
}

function stateOf(table: NodeTable) {
  const list = (status: NodeStatus) =>
    Object.fromEntries(
      table
        .list(status)
        .map(({ collateral, tier, added, confirmed, lastConfirmed, lastPaid, ip }) => [
          name(collateral),
          { tier, added, confirmed, last: lastConfirmed, paid: lastPaid, ip },
        ]),
    );
  return { started: list("started"), dos: list("dos"), confirmed: list("confirmed") };
}

function toTransaction({ type, op, ip }: ScenarioTx): Transaction {
  if (type === "START") return startTx(outpoint(op));
  return confirmTx(outpoint(op), type === "INITIAL" ? 0 : 1, ip);
}

describe("state machine scenarios", () => {
  for (const { name: title, steps } of vectors.state_machine_scenarios.scenarios as { name: string; steps: Step[] }[]) {
    test(title, () => {
      const table = new NodeTable();
      const empty = encodeTable(table);
      const deltas: NodeDelta[] = [];
      let next = (steps[0] as Step).height;
      for (const step of steps) {
        for (; next < step.height; next++) deltas.push(connect(table, next, [], new Map()).delta);
        const starts = new Map(
          step.txs
            .filter((tx) => tx.type === "START")
            .map((tx) => [outPointKey(outpoint(tx.op)), { tier: tx.tier, amount: 1n }]),
        );
        const transactions = [...step.txs.map(toTransaction), spendTx(step.spent_collaterals.map(outpoint))];
        const { delta, payees } = connect(table, next++, transactions, starts);
        deltas.push(delta);
        expect(Object.fromEntries(payees.map(({ tier, outpoint: o }) => [tier, name(o)]))).toEqual(
          step.payees_of_this_block,
        );
        expect(stateOf(table)).toEqual(step.state_after as never);
      }
      for (const delta of deltas.reverse()) revertDelta(table, delta);
      expect(encodeTable(table)).toEqual(empty);
    });
  }
});

describe("timelines", () => {
  interface Timeline {
    start_mined_at: number;
    last_initial_confirm_height?: number;
    moved_to_dos_when_connecting: number;
    removed_from_dos_when_connecting: number;
    first_block_that_may_hold_a_new_start: number;
  }
  for (const row of vectors.start_dos_timeline.cases as Timeline[]) {
    test(`START at ${row.start_mined_at}`, () => {
      const collateral = numberedOutpoint(1);
      const starts = new Map([[outPointKey(collateral), { tier: 1 as const, amount: 1n }]]);
      const table = new NodeTable();
      connect(table, row.start_mined_at, [startTx(collateral)], starts);
      const seen: Record<string, number> = {};
      const first = row.start_mined_at + 1;
      for (let height = first; height <= row.first_block_that_may_hold_a_new_start; height++) {
        const before = table.find(collateral)?.status;
        if (before === undefined) seen.free ??= height;
        connect(table, height, [], new Map());
        const after = table.find(collateral)?.status;
        if (before === "started" && after === "dos") seen.dos = height;
        if (before === "dos" && after === undefined) seen.gone = height;
      }
      expect(seen).toEqual({
        dos: row.moved_to_dos_when_connecting,
        gone: row.removed_from_dos_when_connecting,
        free: row.first_block_that_may_hold_a_new_start,
      });
    });

    test(`START at ${row.start_mined_at} can still be confirmed in the block that would end it`, () => {
      const collateral = numberedOutpoint(1);
      const height = row.moved_to_dos_when_connecting;
      const table = new NodeTable();
      table.put(record({ collateral, added: row.start_mined_at }));
      connect(table, height, [confirmTx(collateral, 0, "1.1.1.1")], new Map());
      expect(table.find(collateral)).toMatchObject({ status: "confirmed", confirmed: height, lastConfirmed: height });
      expect(height).toBe(row.last_initial_confirm_height ?? height);
    });
  }

  test("confirmations expire", () => {
    for (const row of vectors.confirm_expiry.cases) {
      const collateral = numberedOutpoint(1);
      const table = new NodeTable();
      const fields = { status: "confirmed", confirmed: row.last_confirmed, lastConfirmed: row.last_confirmed } as const;
      table.put(record({ collateral, ...fields }));
      const transactions = row.update_confirm_in_this_block ? [confirmTx(collateral, 1, "1.1.1.1")] : [];
      connect(table, row.connecting_height, transactions, new Map());
      expect({ ...row, gone: table.find(collateral) === undefined }).toEqual({ ...row, gone: row.expires });
    }
  });
});

describe("collateral transition", () => {
  const confirmedAt = (height: number, tier: Tier, amount: bigint) => {
    const table = new NodeTable();
    const collateral = numberedOutpoint(1);
    table.put(
      record({ collateral, tier, amount, status: "confirmed", confirmed: height - 1, lastConfirmed: height - 1 }),
    );
    connect(table, height, [confirmTx(collateral, 1, "1.1.1.1")], new Map());
    return table.find(collateral) !== undefined;
  };
  const coins = (amount: bigint) => amount * 100_000_000n;

  test("an old node leaves at the end of its tier's window, even with an UPDATE in the block", () => {
    expect(confirmedAt(1_086_611, 1, coins(10_000n))).toBe(true);
    expect(confirmedAt(1_086_612, 1, coins(10_000n))).toBe(false);
    expect(confirmedAt(1_092_371, 2, coins(25_000n))).toBe(true);
    expect(confirmedAt(1_092_372, 2, coins(25_000n))).toBe(false);
    expect(confirmedAt(1_097_411, 3, coins(100_000n))).toBe(true);
    expect(confirmedAt(1_097_412, 3, coins(100_000n))).toBe(false);
  });

  test("a current node stays, and so does the amount of any other tier", () => {
    expect(confirmedAt(1_086_612, 1, coins(1_000n))).toBe(true);
    expect(confirmedAt(1_086_612, 1, coins(25_000n))).toBe(true);
  });

  test("the sweep ends ten blocks after the last window", () => {
    expect(confirmedAt(1_097_421, 1, coins(10_000n))).toBe(false);
    expect(confirmedAt(1_097_422, 1, coins(10_000n))).toBe(true);
  });
});

describe("a block that the rules should have refused", () => {
  test("throws instead of changing the list", () => {
    const table = new NodeTable();
    const collateral = numberedOutpoint(1);
    expect(() => connect(table, 3_000_000, [confirmTx(collateral, 0, "1.1.1.1")], new Map())).toThrow();
    expect(() => connect(table, 3_000_000, [startTx(collateral)], new Map())).toThrow();
    expect(table.records()).toEqual([]);
  });
});
