import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  type Coin,
  type FluxnodeConfirm,
  MAX_MONEY,
  NULL_OUTPOINT,
  OVERWINTER_GROUP_ID,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import {
  checkInputs,
  checkTransaction,
  checkTransactionInContext,
  isExpired,
  isFinal,
  transactionFee,
  valueOut,
} from "../../../../src/protocol/rules/index.ts";
import {
  coinbase,
  fluxnode,
  input,
  joinSplit,
  output,
  sapling,
  shieldedOutput,
  spend,
  version1,
} from "./sample-transactions.ts";

const main = builtInNetwork("main") as NetworkParams;
const testNetwork = builtInNetwork("test") as NetworkParams;
const regtest = builtInNetwork("regtest") as NetworkParams;

const check = (tx: Transaction) => checkTransaction(tx, main, null);
const CONFIRM: FluxnodeConfirm = {
  kind: "confirm",
  type: 4,
  collateral: { txid: new Uint8Array(32).fill(3), index: 0 },
  sigTime: 0,
  benchmarkTier: 1,
  benchmarkSigTime: 0,
  updateType: 0,
  ip: "",
  signature: new Uint8Array(65),
  benchmarkSignature: new Uint8Array(65),
};

describe("a transaction by itself", () => {
  test("good ones pass", () => {
    for (const tx of [sapling(), version1(), coinbase(), coinbase(new Uint8Array(100))]) expect(check(tx)).toBeNull();
    const shielded = { shieldedSpends: [spend()], shieldedOutputs: [shieldedOutput] };
    expect(check(sapling({ ...shielded, inputs: [], outputs: [], valueBalance: 5n }))).toBeNull();
    expect(check(sapling({ joinSplits: [joinSplit(0n, 5n)], inputs: [], outputs: [] }))).toBeNull();
  });

  test.each([
    ["bad-txns-version-too-low", 100, version1({ version: 0 })],
    ["bad-tx-overwinter-version-too-low", 100, { ...sapling(), version: 2 }],
    ["bad-tx-version-group-id", 100, { ...sapling(), versionGroupId: 1 }],
    ["bad-tx-expiry-height-too-high", 100, sapling({ expiryHeight: 500_000_000 })],
    ["bad-txns-vin-empty", 10, sapling({ inputs: [], shieldedOutputs: [shieldedOutput] })],
    ["bad-txns-vout-empty", 10, sapling({ outputs: [], shieldedSpends: [spend()] })],
    ["bad-txns-oversize", 100, sapling({ outputs: [output(1n, new Uint8Array(2_000_000))] })],
    ["bad-txns-vout-negative", 100, sapling({ outputs: [output(-1n)] })],
    ["bad-txns-vout-toolarge", 100, sapling({ outputs: [output(MAX_MONEY + 1n)] })],
    ["bad-txns-txouttotal-toolarge", 100, sapling({ outputs: [output(MAX_MONEY), output(1n)] })],
    ["bad-txns-valuebalance-nonzero", 100, sapling({ valueBalance: 1n })],
    ["bad-txns-valuebalance-toolarge", 100, sapling({ valueBalance: MAX_MONEY + 1n, shieldedSpends: [spend()] })],
    ["bad-txns-valuebalance-toolarge", 100, sapling({ valueBalance: -MAX_MONEY - 1n, shieldedSpends: [spend()] })],
    ["bad-txns-txouttotal-toolarge", 100, sapling({ valueBalance: -MAX_MONEY, shieldedOutputs: [shieldedOutput] })],
    ["bad-txns-vpub_old-negative", 100, sapling({ joinSplits: [joinSplit(-1n, -1n)] })],
    ["bad-txns-vpub_new-negative", 100, sapling({ joinSplits: [joinSplit(MAX_MONEY + 1n, -1n)] })],
    ["bad-txns-vpub_old-toolarge", 100, sapling({ joinSplits: [joinSplit(MAX_MONEY + 1n, MAX_MONEY + 1n)] })],
    ["bad-txns-vpub_new-toolarge", 100, sapling({ joinSplits: [joinSplit(1n, MAX_MONEY + 1n)] })],
    ["bad-txns-vpubs-both-nonzero", 100, sapling({ joinSplits: [joinSplit(1n, 1n)] })],
    ["bad-txns-txouttotal-toolarge", 100, sapling({ joinSplits: [joinSplit(MAX_MONEY, 0n)] })],
    [
      "bad-txns-txintotal-toolarge",
      100,
      sapling({ joinSplits: [joinSplit(0n, MAX_MONEY), joinSplit(0n, 1n, [3, 4])] }),
    ],
    [
      "bad-txns-txintotal-toolarge",
      100,
      sapling({ joinSplits: [joinSplit(0n, MAX_MONEY)], shieldedSpends: [spend()], valueBalance: 1n }),
    ],
    ["bad-txns-inputs-duplicate", 100, sapling({ inputs: [input(1), input(2), input(1)] })],
    ["bad-joinsplits-nullifiers-duplicate", 100, sapling({ joinSplits: [joinSplit(0n, 0n, [9, 9])] })],
    ["bad-spend-description-nullifiers-duplicate", 100, sapling({ shieldedSpends: [spend(4), spend(4)] })],
    ["bad-cb-has-joinsplits", 100, coinbase(new Uint8Array(1), { joinSplits: [joinSplit(0n, 0n)] })],
    ["bad-cb-has-spend-description", 100, coinbase(new Uint8Array(1), { shieldedSpends: [spend()] })],
    ["bad-cb-has-output-description", 100, coinbase(new Uint8Array(1), { shieldedOutputs: [shieldedOutput] })],
    ["bad-cb-length", 100, coinbase(new Uint8Array(1))],
    ["bad-cb-length", 100, coinbase(new Uint8Array(101))],
    ["bad-txns-prevout-null", 10, sapling({ inputs: [input(), { ...input(), prevout: NULL_OUTPOINT }] })],
  ] as const)("%s", (reason, blame, tx) => {
    expect(check(tx)).toMatchObject({ reason, blame, code: 16, scope: "hash" });
  });

  test("the earlier rule names the reason", () => {
    const inputs = [input(1), input(1)];
    expect(check(sapling({ inputs, outputs: [output(-1n)] }))?.reason).toBe("bad-txns-vout-negative");
    expect(check(sapling({ inputs, expiryHeight: 500_000_000 }))?.reason).toBe("bad-tx-expiry-height-too-high");
    expect(check(coinbase(new Uint8Array(1), { outputs: [output(-1n)] }))?.reason).toBe("bad-txns-vout-negative");
  });

  test("fluxnode transactions", () => {
    const free: NetworkParams = { ...testNetwork, rules: { ...testNetwork.rules, benchmarkBypass: true } };
    const confirm = (change: Partial<FluxnodeConfirm>) =>
      checkTransaction(fluxnode({ ...CONFIRM, ...change }), free, null);
    expect(confirm({})).toBeNull();
    expect(check(fluxnode({ kind: "untyped", type: 1, collateral: NULL_OUTPOINT }))).toMatchObject({
      reason: "bad-txns-fluxnode-tx-invalid-type",
      blame: 10,
    });
    expect(confirm({ collateral: NULL_OUTPOINT })?.reason).toBe("bad-txns-fluxnode-tx-null-prevout");
    expect(confirm({ benchmarkTier: 0 })?.reason).toBe("bad-txns-fluxnode-tx-invalid-benchmark-tier");
    expect(confirm({ benchmarkTier: 4 })?.reason).toBe("bad-txns-fluxnode-tx-invalid-benchmark-tier");
    expect(confirm({ ip: "x".repeat(41) })).toMatchObject({
      reason: "bad-txns-fluxnode-tx-ip-address-to-large",
      blame: 100,
    });
    expect(confirm({ ip: "x".repeat(60), benchmarkSigTime: 1_647_262_800 })).toBeNull();
    expect(confirm({ ip: "x".repeat(60), benchmarkSigTime: 1_647_262_799 })).not.toBeNull();
    expect(confirm({ updateType: 2 })?.reason).toBe("bad-txns-fluxnode-tx-invalid-update-type");
  });

  test("a wrong benchmark signature counts for the copy", () => {
    expect(check(fluxnode({ ...CONFIRM, benchmarkTier: 9 }))).toMatchObject({
      reason: "bad-txns-fluxnode-tx-invalid-signature",
      blame: 10,
      scope: "copy",
    });
  });

  test("a signature blown up beyond the size limit counts for the copy", () => {
    const free: NetworkParams = { ...testNetwork, rules: { ...testNetwork.rules, benchmarkBypass: true } };
    const blown = fluxnode({ ...CONFIRM, signature: new Uint8Array(2_000_001) });
    expect(checkTransaction(blown, free, null)).toMatchObject({ reason: "bad-txns-oversize", scope: "copy" });
  });
});

describe("a transaction at its height", () => {
  const at = (tx: Transaction, height: number, initialDownload = false, params = main) =>
    checkTransactionInContext(tx, height, params, { score: 10, initialDownload });

  test("formats by era", () => {
    expect(at(version1(), 249_999)).toBeNull();
    expect(at(version1(), 250_000)).toMatchObject({ reason: "tx-sapling-active", blame: 10 });
    expect(at(sapling(), 249_999)).toMatchObject({ reason: "tx-overwinter-not-active", blame: 10 });
    expect(at(sapling(), 249_999, true)).toMatchObject({ reason: "tx-overwinter-not-active", blame: 0 });
    expect(at(sapling(), 250_000)).toBeNull();
    expect(at(version1({ version: 4 }), 250_000)).toMatchObject({ reason: "tx-overwintered-flag-not-set", blame: 10 });
    const overwinter = sapling({ version: 3, versionGroupId: OVERWINTER_GROUP_ID });
    expect(at(overwinter, 250_000)).toMatchObject({ reason: "bad-sapling-tx-version-group-id", blame: 10 });
    expect(at(overwinter, 250_000, true)).toMatchObject({ reason: "bad-sapling-tx-version-group-id", blame: 0 });
    expect(at({ ...sapling(), version: 3 }, 250_000)).toMatchObject({
      reason: "bad-tx-sapling-version-too-low",
      blame: 100,
    });
    expect(at({ ...sapling(), version: 5 }, 250_000)).toMatchObject({
      reason: "bad-tx-sapling-version-too-high",
      blame: 100,
    });
    expect(at(version1(), 1_000_000, false, regtest)).toBeNull();
  });

  test("size before ACADIA", () => {
    const large = version1({ outputs: [output(1n, new Uint8Array(100_000))] });
    expect(at(large, 249_999)).toMatchObject({ reason: "bad-txns-oversize", blame: 100 });
    const sized = version1({ outputs: [output(1n, new Uint8Array(100_000 - large.raw.length + 100_000))] });
    expect(sized.raw.length).toBe(100_000);
    expect(at(sized, 249_999)).toBeNull();
    expect(at(sapling({ outputs: [output(1n, new Uint8Array(100_000))] }), 250_000)).toBeNull();
  });

  test("expiry", () => {
    const tx = sapling({ expiryHeight: 300_000 });
    expect(at(tx, 300_000)).toBeNull();
    expect(at(tx, 300_001)).toMatchObject({ reason: "tx-sapling-expired", blame: 0 });
    expect(at(tx, 300_002)).toMatchObject({ reason: "tx-sapling-expired", blame: 10 });
    expect(isExpired(sapling(), 1_000_000)).toBe(false);
    expect(isExpired(coinbase(undefined, { expiryHeight: 5 }), 6)).toBe(false);
  });

  test("from FLUX on nothing transparent goes into a pool", () => {
    const refused = { reason: "bad-txns-fluxrebrand-vprivacy-not-empty", blame: 10 };
    expect(at(sapling({ shieldedOutputs: [shieldedOutput] }), 835_553)).toBeNull();
    expect(at(sapling({ shieldedOutputs: [shieldedOutput] }), 835_554)).toMatchObject(refused);
    expect(at(sapling({ joinSplits: [joinSplit(0n, 0n)] }), 835_554)).toMatchObject(refused);
    expect(at(sapling({ shieldedSpends: [spend()] }), 835_554)).toBeNull();
    expect(
      at(sapling({ inputs: [], shieldedSpends: [spend()], shieldedOutputs: [shieldedOutput] }), 835_554),
    ).toBeNull();
  });

  test("fluxnode transactions by era", () => {
    const v5 = fluxnode(CONFIRM);
    const v6 = fluxnode(CONFIRM, 6);
    expect(at(v5, 557_999)).toMatchObject({ reason: "tx-fluxnodes-not-active", blame: 10 });
    expect(at(v5, 558_000)).toBeNull();
    expect(at(v6, 1_549_499)?.reason).toBe("tx-p2shnodes-not-active");
    expect(at(v6, 1_549_500)?.reason).toBe("tx-bit-features-not-active");
    expect(at(v6, 2_020_000)).toBeNull();
  });

  test("a coinbase pays what its height demands before anything else is looked at", () => {
    expect(at(coinbase(undefined, { version: 4, overwintered: false, versionGroupId: 0 }), 836_274)).toMatchObject({
      reason: "tx-coinbase-missing-exchange-funding",
      blame: 10,
    });
  });
});

describe("finality", () => {
  const waiting = (lockTime: number) => sapling({ lockTime, inputs: [input(0, undefined, 0xfffffffe)] });

  test("heights and times", () => {
    expect(isFinal(waiting(0), 0, 0)).toBe(true);
    expect(isFinal(waiting(100), 100, 2_000_000_000)).toBe(false);
    expect(isFinal(waiting(100), 101, 0)).toBe(true);
    expect(isFinal(waiting(499_999_999), 5, 2_000_000_000)).toBe(false);
    expect(isFinal(waiting(500_000_000), 5, 500_000_000)).toBe(false);
    expect(isFinal(waiting(500_000_000), 5, 500_000_001)).toBe(true);
  });

  test("final sequences switch the lock off", () => {
    expect(isFinal(sapling({ lockTime: 100 }), 5, 5)).toBe(true);
    const mixed = sapling({ lockTime: 100, inputs: [input(0), input(1, undefined, 0)] });
    expect(isFinal(mixed, 5, 5)).toBe(false);
  });
});

describe("inputs", () => {
  const coin = (value: bigint, change: Partial<Coin> = {}): Coin => ({
    value,
    script: new Uint8Array(0),
    height: 10,
    coinbase: false,
    ...change,
  });
  const spends = (values: bigint) => sapling({ outputs: [output(values)] });

  test("value in and out", () => {
    expect(checkInputs(spends(5n), [coin(5n)], 1_000_000, main)).toBeNull();
    expect(checkInputs(spends(5n), [coin(4n)], 1_000_000, main)).toMatchObject({
      reason: "bad-txns-in-belowout",
      blame: 100,
      code: 16,
    });
    const outOfRange = { reason: "bad-txns-inputvalues-outofrange", blame: 100 };
    expect(checkInputs(spends(5n), [coin(-1n)], 1_000_000, main)).toMatchObject(outOfRange);
    expect(checkInputs(spends(5n), [coin(MAX_MONEY), coin(1n)], 1_000_000, main)).toMatchObject(outOfRange);
    const unshielding = sapling({ shieldedSpends: [spend()], valueBalance: 1n });
    expect(checkInputs(unshielding, [coin(MAX_MONEY)], 1_000_000, main)).toMatchObject(outOfRange);
  });

  test("shielded parts count on both sides", () => {
    const tx = sapling({
      outputs: [output(10n)],
      joinSplits: [joinSplit(3n, 0n), joinSplit(0n, 7n, [3, 4])],
      shieldedOutputs: [shieldedOutput],
      valueBalance: -2n,
    });
    expect(valueOut(tx)).toBe(15n);
    expect(transactionFee(tx, [coin(9n)])).toBe(1n);
    expect(checkInputs(tx, [coin(8n)], 1_000_000, main)).toBeNull();
    expect(checkInputs(tx, [coin(7n)], 1_000_000, main)?.reason).toBe("bad-txns-in-belowout");
  });

  test("coinbases rest for 100 blocks", () => {
    const mined = coin(5n, { coinbase: true, height: 900_000 });
    expect(checkInputs(spends(5n), [mined], 900_099, main)).toMatchObject({
      reason: "bad-txns-premature-spend-of-coinbase",
      blame: 0,
      code: 16,
    });
    expect(checkInputs(spends(5n), [mined], 900_100, main)).toBeNull();
    expect(checkInputs(spends(9n), [mined], 900_099, main)?.reason).toBe("bad-txns-premature-spend-of-coinbase");
  });

  test("protected coinbases go to shielded addresses before FLUX", () => {
    const mined = coin(5n, { coinbase: true });
    const refused = { reason: "bad-txns-coinbase-spend-has-transparent-outputs", blame: 0 };
    expect(checkInputs(spends(5n), [mined], 835_553, main)).toMatchObject(refused);
    expect(checkInputs(spends(5n), [mined], 835_554, main)).toBeNull();
    expect(checkInputs(sapling({ outputs: [], joinSplits: [joinSplit(5n, 0n)] }), [mined], 835_553, main)).toBeNull();
    expect(checkInputs(spends(5n), [mined], 200, regtest)).toBeNull();
  });

  test("an accepted fee is never negative", () => {
    const amount = fc.bigInt({ min: -2n, max: MAX_MONEY + 2n });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 4 }), amount, (values, paid) => {
        const coins = values.map((value) => coin(value));
        const tx = spends(paid);
        const fee = transactionFee(tx, coins);
        if (!check(tx) && !checkInputs(tx, coins, 1_000_000, main)) expect(fee >= 0n && fee <= MAX_MONEY).toBe(true);
      }),
    );
  });
});
