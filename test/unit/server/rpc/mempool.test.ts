import { describe, expect, test } from "bun:test";
import type { Acceptance, ChainReader, FeeDelta, MempoolEntry, MempoolReader } from "../../../../src/chain/index.ts";
import { toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import type { Transaction } from "../../../../src/protocol/primitives/index.ts";
import { type JsonInput, parseJson, type RpcContext } from "../../../../src/server/rpc/index.ts";
import { entryOf } from "../../chain/mempool/entries.ts";
import { call, failure, fakeContext, MAIN, REGTEST } from "./fake-context.ts";

const entry = entryOf({ fee: 1500n, outputs: 2 });
const { tx } = entry;
const HEX = toHex(tx.raw);
const TXID = toDisplayHash(tx.txid);

function poolOf(...entries: readonly MempoolEntry[]): MempoolReader {
  const find = (txid: Uint8Array) => entries.find((each) => toDisplayHash(each.tx.txid) === toDisplayHash(txid));
  return {
    size: entries.length,
    bytes: 7,
    usage: 9,
    has: (txid: Uint8Array) => find(txid) !== undefined,
    get: find,
    entries: () => [...entries],
    dependencies: () => [],
    spender: () => undefined,
    estimateFee: () => null,
    estimatePriority: () => null,
  } as unknown as MempoolReader;
}

interface Offers {
  readonly offered: unknown[];
  readonly relayed: Transaction[];
  readonly ratings: FeeDelta[];
}

/** A context whose pool gives this answer to every transaction. */
function contextOf(outcome: Acceptance, parts: Partial<ChainReader> = {}): RpcContext & Offers {
  const reader = { mempool: poolOf(), transactionCoins: () => undefined, ...parts };
  const context = fakeContext(MAIN, reader);
  const offers: Offers = { offered: [], relayed: [], ratings: [] };
  return {
    ...context,
    ...offers,
    network: { ...context.network, relay: (relayed) => offers.relayed.push(relayed) },
    chain: {
      ...context.chain,
      pool: {
        accept: async (_tx, options) => {
          offers.offered.push(options);
          return outcome;
        },
        prioritise: async (_txid, delta) => void offers.ratings.push(delta),
      },
    },
  };
}

const accepted: Acceptance = { kind: "accepted", entry };

describe("sendrawtransaction", () => {
  test("offers the transaction to the pool and then to the peers", async () => {
    const context = contextOf(accepted);
    expect(await call(context, "sendrawtransaction", `${HEX}00ff`)).toBe(TXID);
    expect(await call(context, "sendrawtransaction", HEX, true)).toBe(TXID);
    expect(context.offered).toEqual([{ refuseAbsurdFee: true }, { refuseAbsurdFee: false }]);
    expect(context.relayed.map(({ txid }) => toDisplayHash(txid))).toEqual([TXID, TXID]);
  });

  test("only offers it to the peers again if the pool has it", async () => {
    const context = contextOf(accepted, { mempool: poolOf(entry) });
    expect(await call(context, "sendrawtransaction", HEX)).toBe(TXID);
    expect([context.offered.length, context.relayed.length]).toEqual([0, 1]);
  });

  test("tells why a transaction is not taken, and offers it to nobody then", async () => {
    const reject = { rule: "x", reason: "bad-x", code: 64, scope: "now", blame: 0 } as const;
    const outcomes: [Acceptance, number, string][] = [
      [{ kind: "refused", reject }, -26, "64: bad-x"],
      [{ kind: "orphan", missing: [tx.txid] }, -25, "Missing inputs"],
      [{ kind: "dropped", cause: "conflict", text: "" }, -25, ""],
      [{ kind: "dropped", cause: "absurd-fee", text: "too much" }, -25, "too much"],
    ];
    for (const [outcome, code, message] of outcomes) {
      const context = contextOf(outcome);
      expect(await failure(context, "sendrawtransaction", HEX)).toEqual([code, message]);
      expect(context.relayed).toEqual([]);
    }
    const mined = contextOf(accepted, {
      transactionCoins: () => ({ version: 4, height: 1, coinbase: false, outputs: [] }),
    });
    expect(await failure(mined, "sendrawtransaction", HEX)).toEqual([-27, "transaction already in block chain"]);
    expect(mined.offered).toEqual([]);
  });

  test("checks what it is given", async () => {
    const cases: [JsonInput[], number, string][] = [
      [[5], -3, "Expected type string, got number"],
      [[HEX, 1], -3, "Expected type bool, got number"],
      [[HEX, null], -3, "Expected type bool, got null"],
      [[""], -22, "TX decode failed"],
      [[HEX.slice(2)], -22, "TX decode failed"],
    ];
    for (const [params, code, message] of cases) {
      expect(await failure(contextOf(accepted), "sendrawtransaction", ...params)).toEqual([code, message]);
    }
  });
});

describe("reading the pool", () => {
  test("an empty one", async () => {
    const context = fakeContext(MAIN, { mempool: poolOf() });
    expect(await call(context, "getrawmempool")).toEqual([]);
    expect(await call(context, "getrawmempool", true)).toEqual({});
    expect(await call(context, "getmempoolinfo")).toEqual({ size: 0, bytes: 7, usage: 9 });
    expect(await call(fakeContext(REGTEST, { mempool: poolOf() }), "getmempoolinfo")).toMatchObject({
      fullyNotified: true,
    });
    expect(await call(context, "estimatefee", 5)).toBe(-1);
    expect(await call(context, "estimatepriority", 5)).toBe(-1);
    expect(await failure(context, "getrawmempool", 1)).toEqual([-1, "JSON value is not a boolean as expected"]);
    expect(await failure(context, "estimatefee", "5")).toEqual([-3, "Expected type number, got string"]);
    expect(await failure(context, "getaddressmempool", "x")).toEqual([-1, expect.stringContaining("--index")]);
  });

  test("priorities after a reorganisation below their height are the daemon's", async () => {
    // The daemon's distance is an unsigned number, so a negative one is huge.
    const above = { ...entry, height: 43 };
    const answer = (await call(fakeContext(MAIN, { mempool: poolOf(above) }), "getrawmempool", true)) as Record<
      string,
      { startingpriority: number; currentpriority: number }
    >;
    const shown = answer[TXID];
    expect(shown?.currentpriority).toBeGreaterThan((shown?.startingpriority as number) * 1e6);
  });

  test("estimates ask for at least one block", async () => {
    const asked: number[] = [];
    const mempool = {
      estimateFee: (blocks: number) => {
        asked.push(blocks);
        return 12_345n;
      },
      estimatePriority: (blocks: number) => {
        asked.push(blocks);
        return 1.5;
      },
    } as unknown as MempoolReader;
    const context = fakeContext(MAIN, { mempool });
    expect(await call(context, "estimatefee", -3)).toBe(0.00012345);
    expect(await call(context, "estimatepriority", 0)).toBe(1.5);
    await call(context, "estimatefee", 25);
    expect(asked).toEqual([1, 1, 25]);
  });

  test("its transactions are found, its coins are coins", async () => {
    const context = fakeContext(MAIN, {
      mempool: poolOf(entry),
      transactionCoins: () => undefined,
      transaction: () => undefined,
    });
    expect(await call(context, "getrawtransaction", TXID)).toBe(HEX);
    const shown = (await call(context, "getrawtransaction", TXID, 1)) as object;
    expect(Object.keys(shown)).not.toContain("confirmations");
    expect(await call(context, "gettxout", TXID, 1)).toMatchObject({ confirmations: 0, value: 1e-8, coinbase: false });
    expect(await call(context, "gettxout", TXID, 1, false)).toBeNull();
    expect(await call(context, "gettxout", TXID, 2)).toBeNull();
  });
});

describe("prioritisetransaction", () => {
  test("passes on what is added", async () => {
    const context = contextOf(accepted);
    const [real] = parseJson("[-1.5e3]") as [JsonInput];
    expect(await call(context, "prioritisetransaction", TXID, real, -7)).toBe(true);
    expect(context.ratings).toEqual([{ priority: -1500, fee: -7n }]);
  });

  test("checks what it is given", async () => {
    const cases: [JsonInput[], string][] = [
      [["", 0, 0], "txid must be hexadecimal string (not '')"],
      [["zz", 0, 0], "txid must be hexadecimal string (not 'zz')"],
      [[TXID, "0", 0], "JSON value is not a number as expected"],
      [[TXID, "0", "0"], "JSON value is not an integer as expected"],
      [[TXID, 0, 0.5], "JSON integer out of range"],
    ];
    for (const [params, message] of cases) {
      expect(await failure(contextOf(accepted), "prioritisetransaction", ...params)).toEqual([-1, message]);
    }
  });
});
