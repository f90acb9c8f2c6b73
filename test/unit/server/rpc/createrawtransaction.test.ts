import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction } from "../../../../src/protocol/primitives/index.ts";
import { type JsonInput, JsonNumber } from "../../../../src/server/rpc/index.ts";
import { call, failure, fakeContext, MAIN, REGTEST } from "./fake-context.ts";

const TXID = "ab".repeat(32);
const ADDRESS = "t1NdSKKkBXV3GBDMcPvpWu12qcNwAZwB4hD";
/** Chains that are 42 blocks high: one after, one before the upgrade that brought expiry heights. */
const AFTER = fakeContext({ ...MAIN, heights: { ...MAIN.heights, acadia: 10 } });
const BEFORE = fakeContext(MAIN);

async function create(...params: JsonInput[]) {
  return decodeTransaction(fromHex((await call(AFTER, "createrawtransaction", ...params)) as string));
}

describe("a transaction", () => {
  test("of the Sapling form expires 20 blocks after the next one", async () => {
    const tx = await create([{ txid: TXID, vout: 7 }], { [ADDRESS]: new JsonNumber("1.5") });
    expect([tx.overwintered, tx.version, tx.versionGroupId, tx.lockTime, tx.expiryHeight]).toEqual([
      true,
      4,
      0x892f2085,
      0,
      63,
    ]);
    expect(tx.inputs.map(({ prevout, sequence }) => [toDisplayHash(prevout.txid), prevout.index, sequence])).toEqual([
      [TXID, 7, 0xffffffff],
    ]);
    expect(tx.outputs.map(({ value }) => value)).toEqual([150_000_000n]);
  });

  test("of the first form has no expiry", async () => {
    const hex = (await call(BEFORE, "createrawtransaction", [{ txid: TXID, vout: 0 }], {})) as string;
    expect(hex).toBe(`0100000001${"ab".repeat(32)}0000000000ffffffff0000000000`);
  });

  test("with a lock time has inputs that are not final, unless they say so", async () => {
    const tx = await create(
      [
        { txid: TXID, vout: 0 },
        { txid: TXID, vout: 1, sequence: 5 },
      ],
      {},
      100,
      0,
    );
    expect([tx.lockTime, tx.expiryHeight, ...tx.inputs.map(({ sequence }) => sequence)]).toEqual([
      100, 0, 0xfffffffe, 5,
    ]);
  });

  test("takes amounts as numbers and as text, to the last zatoshi", async () => {
    const amounts: [JsonInput, bigint][] = [
      [0, 0n],
      [21, 2_100_000_000n],
      ["0.00000001", 1n],
      [new JsonNumber("1e-8"), 1n],
      [new JsonNumber("12345.678900000000"), 1_234_567_890_000n],
      ["440000000", 44_000_000_000_000_000n],
      [new JsonNumber("0.0"), 0n],
    ];
    for (const [amount, value] of amounts)
      expect((await create([], { [ADDRESS]: amount })).outputs[0]?.value).toBe(value);
  });
});

test("what is wrong with the parameters is told in the daemon's words", async () => {
  const input = { txid: TXID, vout: 0 };
  const pay = (amount: JsonInput) => [[input], { [ADDRESS]: amount }];
  const cases: [JsonInput[], number, string][] = [
    [["x", {}], -3, "Expected type array, got string"],
    [[[], []], -3, "Expected type object, got array"],
    [[null, {}], -8, "Invalid parameter, arguments 1 and 2 must be non-null"],
    [[[], {}, "5"], -3, "Expected type number, got string"],
    [[[], {}, -1], -8, "Invalid parameter, locktime out of range"],
    [[[], {}, 4_294_967_296], -8, "Invalid parameter, locktime out of range"],
    [[[], {}, 0, "5"], -3, "Expected type number, got string"],
    [[[], {}, 0, -1], -8, "Invalid parameter, expiryheight must be nonnegative and less than 500000000."],
    [[[], {}, 0, 500_000_000], -8, "Invalid parameter, expiryheight must be nonnegative and less than 500000000."],
    [[[], {}, 0, 45], -8, "Invalid parameter, expiryheight should be at least 46 to avoid transaction expiring soon"],
    [[[5], {}], -1, "JSON value is not an object as expected"],
    [[[{}], {}], -8, "txid must be hexadecimal string (not '')"],
    [[[{ txid: TXID }], {}], -8, "Invalid parameter, missing vout key"],
    [[[{ txid: TXID, vout: "0" }], {}], -8, "Invalid parameter, missing vout key"],
    [[[{ txid: TXID, vout: -1 }], {}], -8, "Invalid parameter, vout must be positive"],
    [[[{ ...input, sequence: 4_294_967_295 }], {}], -1, "JSON integer out of range"],
    [[[], { nowhere: 1 }], -5, "Invalid Flux address: nowhere"],
    [[[], { [ADDRESS]: 1, [` ${ADDRESS}`]: 1 }], -8, `Invalid parameter, duplicated address:  ${ADDRESS}`],
    [pay(true), -3, "Amount is not a number or string"],
    [pay("1,5"), -3, "Invalid amount"],
    [pay(""), -3, "Invalid amount"],
    [pay("0.000000001"), -3, "Invalid amount"],
    [pay("01"), -3, "Invalid amount"],
    [pay(-1), -3, "Amount out of range"],
    [pay("440000000.00000001"), -3, "Amount out of range"],
    [pay("1e400"), -3, "Invalid amount"],
  ];
  for (const [params, code, message] of cases) {
    expect([params, ...(await failure(AFTER, "createrawtransaction", ...params))]).toEqual([params, code, message]);
  }
  expect(await failure(BEFORE, "createrawtransaction", [], {}, 0, 100)).toEqual([
    -8,
    "Invalid parameter, expiryheight can only be used if Overwinter is active when the transaction is mined",
  ]);
  expect((await failure(fakeContext(REGTEST), "createrawtransaction", [], { [ADDRESS]: 1 }))[0]).toBe(-5);
});
