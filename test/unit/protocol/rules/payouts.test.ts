import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import type { TxOutput } from "../../../../src/protocol/primitives/index.ts";
import {
  checkCoinbaseAmount,
  checkCoinbasePayments,
  checkPayouts,
  coinbaseLimit,
  coinbaseOutputs,
  specialPayments,
  type TierPayee,
} from "../../../../src/protocol/rules/index.ts";

const main = builtInNetwork("main") as NetworkParams;
const testNetwork = builtInNetwork("test") as NetworkParams;
const regtest = builtInNetwork("regtest") as NetworkParams;

const script = (byte: number) => new Uint8Array(25).fill(byte);
const payee = (tier: 1 | 2 | 3): TierPayee => ({ tier, script: script(tier) });
const ALL = [payee(1), payee(2), payee(3)];
const MINER = script(0xaa);
const out = (value: bigint, to: Uint8Array): TxOutput => ({ value, script: to });

const POW = 900_000;
const PON = 2_020_100;

describe("payouts to nodes", () => {
  const powShares = [out(562_500_000n, script(1)), out(937_500_000n, script(2)), out(2_250_000_000n, script(3))];
  const ponShares = [out(100_000_000n, script(1)), out(350_000_000n, script(2)), out(900_000_000n, script(3))];
  const dev = (value: bigint) => out(value, main.devFundScript);

  test("every tier with a payee gets exactly its amount, in any order", () => {
    expect(checkPayouts(powShares, ALL, POW, main)).toBeNull();
    expect(checkPayouts([...powShares].reverse(), ALL, POW, main)).toBeNull();
    expect(checkPayouts([out(1n, MINER), ...powShares, out(5n, MINER)], ALL, POW, main)).toBeNull();
    expect(checkPayouts(powShares.slice(0, 2), ALL, POW, main)).toMatchObject({
      reason: "bad-txns-not-paying-correct-fluxnodes",
      blame: 1,
      code: 16,
      scope: "hash",
    });
    const overpaid = [out(562_500_001n, script(1)), ...powShares.slice(1)];
    expect(checkPayouts(overpaid, ALL, POW, main)).not.toBeNull();
    expect(checkPayouts([out(562_500_000n, script(2)), ...powShares.slice(1)], ALL, POW, main)).not.toBeNull();
  });

  test("two payees with one script need two outputs", () => {
    const shared = [payee(1), { tier: 2, script: script(1) } as TierPayee];
    expect(checkPayouts([out(562_500_000n, script(1)), out(937_500_000n, script(1))], shared, POW, main)).toBeNull();
    expect(checkPayouts([out(562_500_000n, script(1))], shared, POW, main)).not.toBeNull();
  });

  test("from PON on the development fund gets the rest or more", () => {
    expect(checkPayouts([dev(50_000_000n), ...ponShares], ALL, PON, main)).toBeNull();
    expect(checkPayouts([...ponShares, dev(60_000_000n)], ALL, PON, main)).toBeNull();
    expect(checkPayouts([dev(49_999_999n), ...ponShares], ALL, PON, main)).not.toBeNull();
    expect(checkPayouts(ponShares, ALL, PON, main)).not.toBeNull();
    expect(checkPayouts([dev(25_000_000n), dev(25_000_000n), ...ponShares], ALL, PON, main)).not.toBeNull();
  });

  test("the share of a tier without a node goes to the development fund", () => {
    const others = [payee(2), payee(3)];
    expect(checkPayouts([dev(150_000_000n), ...ponShares.slice(1)], others, PON, main)).toBeNull();
    expect(checkPayouts([dev(149_999_999n), ...ponShares.slice(1)], others, PON, main)).not.toBeNull();
    expect(checkPayouts([dev(1_400_000_000n)], [], PON, main)).toBeNull();
    expect(checkPayouts([dev(1_399_999_999n)], [], PON, main)).not.toBeNull();
    expect(checkPayouts([], [], POW, main)).toBeNull();
  });

  test("an output for a tier does not pay the development fund as well", () => {
    const own: TierPayee = { tier: 1, script: main.devFundScript };
    const shares = [dev(100_000_000n), ...ponShares.slice(1)];
    expect(checkPayouts(shares, [own, ...ALL.slice(1)], PON, main)).not.toBeNull();
    expect(checkPayouts([...shares, dev(50_000_000n)], [own, ...ALL.slice(1)], PON, main)).toBeNull();
  });

  test("regtest asks for the development fund although its PON upgrade never comes", () => {
    expect(checkPayouts([], [], 150, regtest)).not.toBeNull();
    expect(checkPayouts([out(1_260_000_000n, regtest.devFundScript)], [], 150, regtest)).toBeNull();
    expect(checkCoinbasePayments([], 150, regtest, 100)).toBeNull();
  });
});

describe("special payments", () => {
  test("heights on main", () => {
    const swap = [837_714, 859_314, 880_914, 902_514, 924_114, 945_714, 967_314, 988_914, 1_010_514, 1_032_114];
    const due: number[] = [];
    for (let height = 830_000; height < 1_100_000; height++) {
      for (const payment of specialPayments(height, main)) if (payment.fund === "swappool") due.push(height);
    }
    expect(due).toEqual(swap);
    expect(specialPayments(836_274, main)).toEqual([
      { fund: "exchange", script: main.exchangeFund.script, amount: 750_000_000_000_000n },
    ]);
    expect(specialPayments(836_994, main)[0]).toMatchObject({ fund: "foundation", amount: 250_000_000_000_000n });
    expect(specialPayments(1_053_714, main)).toEqual([]);
  });

  test.each([
    [836_274, "exchange"],
    [836_994, "foundation"],
    [837_714, "swappool"],
  ] as const)("main %p: %s", (height, fund) => {
    const [due] = specialPayments(height, main);
    if (!due) throw new Error("nothing is due");
    const missing = { reason: `tx-coinbase-missing-${fund}-funding`, blame: 100, code: 16 };
    expect(checkCoinbasePayments([out(due.amount, due.script)], height, main, 100)).toBeNull();
    expect(checkCoinbasePayments([], height, main, 100)).toMatchObject(missing);
    expect(checkCoinbasePayments([out(due.amount + 1n, due.script)], height, main, 10)).toMatchObject({ blame: 10 });
    expect(checkCoinbasePayments([out(due.amount, MINER)], height, main, 100)).toMatchObject(missing);
    expect(checkCoinbasePayments([], height + 1, main, 100)).toBeNull();
  });

  test("all that regtest owes at height 10, and one output may serve twice", () => {
    expect(specialPayments(10, regtest).map((due) => due.fund)).toEqual(["exchange", "foundation", "swappool"]);
    const twins: NetworkParams = { ...regtest, foundationFund: regtest.exchangeFund };
    const [exchange, , swap] = specialPayments(10, twins);
    if (!exchange || !swap) throw new Error("nothing is due");
    const outputs = [out(exchange.amount, exchange.script), out(swap.amount, swap.script)];
    expect(checkCoinbasePayments(outputs, 10, twins, 100)).toBeNull();
  });

  test("an amount of zero switches the funds off, but not the swap pool", () => {
    const broke: NetworkParams = {
      ...main,
      exchangeFund: { ...main.exchangeFund, height: 50, amount: 0n },
      foundationFund: { ...main.foundationFund, height: 50, amount: 0n },
      swapPool: { ...main.swapPool, startHeight: 50, amount: 0n },
    };
    expect(specialPayments(50, broke).map((due) => due.fund)).toEqual(["swappool"]);
  });

  test("the development fund from PON on", () => {
    const dev = (value: bigint) => [out(value, main.devFundScript)];
    expect(checkCoinbasePayments(dev(50_000_000n), 2_020_000, main, 100)).toBeNull();
    expect(checkCoinbasePayments(dev(49_999_999n), 2_020_000, main, 100)).toMatchObject({
      reason: "tx-coinbase-missing-dev-funding",
      blame: 100,
    });
    expect(checkCoinbasePayments([], 2_019_999, main, 100)).toBeNull();
  });
});

describe("amount of a coinbase", () => {
  test("limit", () => {
    expect(coinbaseLimit(1, 0n, main)).toBeNull();
    expect(coinbaseLimit(2, 0n, main)).toBeNull();
    expect(coinbaseLimit(3, 7n, main)).toBe(9_000_007n);
    expect(coinbaseLimit(837_714, 7n, main)).toBe(7_500_000_007n + 2_200_000_000_000_000n);
    expect(coinbaseLimit(10, 0n, regtest)).toBe(1_400_000_000n + 760_000_000_000_000n);
  });

  test("check", () => {
    const pays = (value: bigint, height: number) =>
      checkCoinbaseAmount([out(value, MINER), out(1n, MINER)], height, 0n, main);
    expect(pays(14_999_999_999n, 100_000)).toBeNull();
    expect(pays(15_000_000_000n, 100_000)).toMatchObject({ reason: "bad-cb-amount", blame: 100, scope: "hash" });
    expect(pays(10n ** 16n, 2)).toBeNull();
  });
});

describe("outputs for a new block", () => {
  test("layout", () => {
    const pon = coinbaseOutputs(PON, 123n, ALL, MINER, main);
    expect(pon.map((output) => output.value)).toEqual([50_000_123n, 100_000_000n, 350_000_000n, 900_000_000n]);
    expect(pon[0]?.script).toEqual(main.devFundScript);
    const pow = coinbaseOutputs(837_714, 5n, [payee(2)], MINER, main);
    expect(pow).toEqual([
      out(7_500_000_005n - 937_500_000n, MINER),
      out(937_500_000n, script(2)),
      out(2_200_000_000_000_000n, main.swapPool.script),
    ]);
    expect(coinbaseOutputs(1, 0n, [], MINER, main)).toEqual([out(1_302_000_000_000_000n, MINER)]);
  });

  test("every template satisfies the rules and claims all that it may", () => {
    const heights = fc.oneof(
      fc.integer({ min: 3, max: 30_000_000 }),
      fc.constantFrom(836_274, 836_994, 837_714, 2_020_000, 10, 4300),
    );
    fc.assert(
      fc.property(heights, fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.subarray(ALL), (height, fees, payees) => {
        for (const params of [main, testNetwork, regtest]) {
          const outputs = coinbaseOutputs(height, fees, payees, MINER, params);
          expect(checkPayouts(outputs, payees, height, params)).toBeNull();
          expect(checkCoinbasePayments(outputs, height, params, 100)).toBeNull();
          expect(checkCoinbaseAmount(outputs, height, fees, params)).toBeNull();
          expect(outputs.reduce((sum, output) => sum + output.value, 0n)).toBe(
            coinbaseLimit(height, fees, params) as bigint,
          );
        }
      }),
    );
  });
});
