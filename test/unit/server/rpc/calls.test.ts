import { describe, expect, test } from "bun:test";
import type { ChainReader, HeaderEntry } from "../../../../src/chain/index.ts";
import { FluxError } from "../../../../src/platform/index.ts";
import { type JsonInput, parseJson } from "../../../../src/server/rpc/index.ts";
import { submissionResult } from "../../../../src/server/rpc/methods/submitblock.ts";
import { RPC_METHODS } from "../../../../src/server/rpc/registry.ts";
import { call, failure, fakeContext, MAIN, REGTEST, TEST, TIP_HASH } from "./fake-context.ts";

const noBlock: Partial<ChainReader> = { entry: () => undefined, entryAt: () => undefined };

describe("parameters", () => {
  test("a wrong number of them gets the help of the method", async () => {
    for (const params of [[], [1, 2]]) {
      const [code, message] = await failure(fakeContext(), "getblockhash", ...params);
      expect(code).toBe(-1);
      expect(message).toStartWith("getblockhash height\n");
    }
    expect(await failure(fakeContext(), "getzelnodecount", 1)).toEqual([
      -1,
      expect.stringContaining("getzelnodecount\n"),
    ]);
  });

  test("every method refuses more parameters than it declares, unless it ignores them", async () => {
    for (const method of RPC_METHODS) {
      const params = new Array(method.params.length + 1).fill(null);
      if (method.extraParams) continue;
      const [code, message] = await failure(fakeContext(), method.name, ...params);
      expect([code, message.split("\n")[0]?.split(" ")[0]]).toEqual([-1, method.name]);
    }
  });

  test("types are told like the daemon tells them", async () => {
    const context = fakeContext(MAIN, noBlock);
    const cases: [string, unknown[], number, string][] = [
      ["getblockhash", ["5"], -1, "JSON value is not an integer as expected"],
      ["getblockhash", [4294967296], -1, "JSON integer out of range"],
      ["getblockhash", [parseJson("[1.0]")?.[0 as never]], -1, "JSON integer out of range"],
      ["getblockhash", [-1], -8, "Block height out of range"],
      ["getblockhash", [43], -8, "Block height out of range"],
      ["getblock", [5], -1, "JSON value is not a string as expected"],
      ["getblock", [""], -8, "Invalid block height parameter"],
      ["getblock", ["+1"], -8, "Invalid block height parameter"],
      ["getblock", ["99999999999"], -8, "Invalid block height parameter"],
      ["getblock", ["43"], -8, "Block height out of range"],
      ["getblock", [TIP_HASH, "1"], -1, "JSON value is not a boolean as expected"],
      ["getblock", [TIP_HASH, 3], -8, "Verbosity must be in range from 0 to 2"],
      ["getblock", [TIP_HASH], -5, "Block not found"],
      ["getblockheader", [TIP_HASH, 1], -1, "JSON value is not a boolean as expected"],
      ["getblockheader", ["zz"], -5, "Block not found"],
      ["getrawtransaction", ["xyz"], -8, "parameter 1 must be hexadecimal string (not 'xyz')"],
      ["getrawtransaction", [7], -8, "parameter 1 must be hexadecimal string (not '')"],
      ["getrawtransaction", ["00", true], -1, "JSON value is not an integer as expected"],
      ["gettxoutproof", ["00"], -1, "JSON value is not an array as expected"],
      ["gettxoutproof", [["00"]], -8, "Invalid txid 00"],
      ["gettxoutproof", [[TIP_HASH, TIP_HASH]], -8, `Invalid parameter, duplicated txid: ${TIP_HASH}`],
      ["decoderawtransaction", [5], -3, "Expected type string, got number"],
      ["decoderawtransaction", ["zz"], -22, "TX decode failed"],
      ["decoderawtransaction", ["0100"], -22, "TX decode failed"],
      ["decoderawblock", [null], -3, "Expected type string, got null"],
      ["decodescript", [{}], -3, "Expected type string, got object"],
      ["decodescript", ["5"], -8, "argument must be hexadecimal string (not '5')"],
      ["submitblock", ["00"], -22, "Block decode failed"],
      ["submitblock", [true], -1, "JSON value is not a string as expected"],
      ["getblocksubsidy", [-1], -8, "Block height out of range"],
      ["invalidateblock", [TIP_HASH], -5, "Block not found"],
      ["reconsiderblock", [TIP_HASH], -5, "Block not found"],
      ["verifymessage", ["x", "", ""], -3, "Invalid address"],
      ["getfluxnodestatus", [], -1, "This is not a Flux Node"],
      ["nosuchmethod", [], -32601, "Method not found"],
      ["constructor", [], -32601, "Method not found"],
    ];
    for (const [method, params, code, message] of cases) {
      expect([method, ...(await failure(context, method, ...(params as never[])))]).toEqual([method, code, message]);
    }
  });
});

describe("answers that need no engine", () => {
  test("height and hash of the tip", async () => {
    expect(await call(fakeContext(), "getblockcount")).toBe(42);
    expect(await call(fakeContext(), "getbestblockhash")).toBe(TIP_HASH);
  });

  test("subsidy of heights", async () => {
    const subsidy = (height?: number) =>
      call(fakeContext(), "getblocksubsidy", ...(height === undefined ? [] : [height]));
    expect(await subsidy(575_000)).toEqual({ miner: 150 });
    expect(await subsidy(2_996_900)).toEqual({ miner: 14 });
    expect(await subsidy(1)).toEqual({ miner: 13_020_000 });
  });

  test("stop asks for it once and says so", async () => {
    const context = fakeContext();
    expect(await call(context, "stop")).toBe("Flux server stopping");
    expect(context.stops).toBe(1);
  });

  test("the clock can be set on test networks only", async () => {
    for (const params of [TEST, REGTEST]) {
      const context = fakeContext(params);
      expect(await call(context, "setmocktime", 1_800_000_000)).toBeNull();
      expect(context.clock.now()).toBe(1_800_000_000);
      await call(context, "setmocktime", 0);
      expect(context.clock.mock).toBeNull();
      expect((await failure(context, "setmocktime", -5))[0]).toBe(-8);
      expect(await failure(context, "setmocktime", "5")).toEqual([-3, "Expected type number, got string"]);
    }
    const main = fakeContext();
    expect((await failure(main, "setmocktime", 5))[0]).toBe(-1);
    expect(main.clock.mock).toBe(1_767_400_000);
  });

  test("deprecation is told on the main network only", async () => {
    expect(await call(fakeContext(), "getdeprecationinfo")).toEqual({
      version: 9_000_650,
      subversion: "/MagicBean:9.0.6/",
      deprecationheight: 4_223_640,
    });
    expect((await failure(fakeContext(TEST), "getdeprecationinfo"))[0]).toBe(-1);
  });

  test("indexes that are not kept are named", async () => {
    const cases: [string, ...JsonInput[]][] = [
      ["getaddressbalance", "t1"],
      ["getaddressutxos", "t1"],
      ["getaddresstxids", "t1"],
      ["getaddressdeltas", "t1"],
      ["getblockdeltas", TIP_HASH],
      ["getblockhashes", 2, 1],
      ["getspentinfo", {}],
    ];
    for (const [method, ...params] of cases) {
      const [code, message] = await failure(fakeContext(), method, ...params);
      expect([code, message]).toEqual([-1, expect.stringContaining(`${method} is disabled`)]);
    }
  });

  test("the node list is withheld while the chain is far behind", async () => {
    const context = fakeContext(MAIN, { initialDownload: true });
    for (const method of ["viewdeterministicfluxnodelist", "listzelnodes", "getfluxnodesnapshot"]) {
      expect((await failure(context, method))[0]).toBe(-10);
    }
  });
});

describe("errors that nobody meant", () => {
  const broken = (error: unknown) =>
    fakeContext(MAIN, {
      entryAt: () => {
        throw error;
      },
    });

  test("of the surroundings reach the caller with their hint", async () => {
    const context = broken(new FluxError("disk-full", "cannot read the block", { hint: "free some space" }));
    expect(await failure(context, "getblockhash", 1)).toEqual([-1, "cannot read the block: free some space"]);
  });

  test("of the program are reported and not shown", async () => {
    const bug = new TypeError("secret detail");
    const context = broken(bug);
    expect(await failure(context, "getblockhash", 1)).toEqual([-32603, "internal error in getblockhash"]);
    expect(context.internalErrors).toEqual([bug]);
  });
});

describe("submitblock", () => {
  const reject = { rule: "x", reason: "bad-x", code: 16, scope: "hash", blame: 0 } as const;
  const nameless = { ...reject, reason: "" };
  const cases: [Parameters<typeof submissionResult>[0], string | null][] = [
    [{ known: "new", reject: null, judged: true }, null],
    [{ known: "new", reject: null, judged: false }, "inconclusive"],
    [{ known: "new", reject, judged: true }, "bad-x"],
    [{ known: "new", reject, judged: false }, "bad-x"],
    [{ known: "new", reject: nameless, judged: true }, "rejected"],
    [{ known: "valid", reject: null, judged: true }, "duplicate"],
    [{ known: "invalid", reject: null, judged: false }, "duplicate-invalid"],
    [{ known: "header", reject: null, judged: false }, "duplicate-inconclusive"],
    [{ known: "stored", reject: null, judged: true }, "duplicate"],
    [{ known: "stored", reject, judged: true }, "duplicate"],
    [{ known: "header", reject, judged: false }, "duplicate"],
  ];
  test.each(cases)("%j", (outcome, result) => expect(submissionResult(outcome)).toBe(result));
});

describe("help", () => {
  test("lists every method that is not hidden, by category", async () => {
    const text = (await call(fakeContext(), "help")) as string;
    const lines = text.split("\n");
    for (const { name, hidden } of RPC_METHODS) {
      expect({ name, listed: lines.some((line) => line.split(" ")[0] === name) }).toEqual({ name, listed: !hidden });
    }
    const headings = lines.filter((line) => line.startsWith("== "));
    expect(headings).toEqual([...headings].sort());
    expect(text).toContain('getblock "hash|height" ( verbosity )');
  });

  test("explains one, under any of its names, hidden ones too", async () => {
    expect(await call(fakeContext(), "help", "listzelnodes")).toStartWith('listzelnodes ( "filter" )\n');
    expect(await call(fakeContext(), "help", "invalidateblock")).toStartWith('invalidateblock "hash"\n');
    expect(await call(fakeContext(), "help", "nosuch")).toBe("help: unknown command: nosuch");
  });

  test("names are unique", () => {
    const names = RPC_METHODS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

test("chain tips are ordered by height, then by arrival, and can be cut off", async () => {
  const entry = (id: number, height: number) =>
    ({ id, height, hash: new Uint8Array(32).fill(id) }) as unknown as HeaderEntry;
  const context = fakeContext(MAIN, {
    tips: () => [
      { entry: entry(3, 40), branchLength: 1, status: "invalid" },
      { entry: entry(2, 40), branchLength: 1, status: "valid-fork" },
      { entry: entry(9, 42), branchLength: 0, status: "active" },
      { entry: entry(1, 7), branchLength: 2, status: "headers-only" },
    ],
  });
  const tips = async (...params: number[]) =>
    ((await call(context, "getchaintips", ...params)) as { hash: string }[]).map(({ hash }) => hash.slice(0, 2));
  expect(await tips()).toEqual(["09", "02", "03", "01"]);
  expect(await tips(8)).toEqual(["09", "02", "03"]);
  expect(await tips(43)).toEqual(["09", "02", "03", "01"]);
  expect(await tips(-1)).toEqual(["09", "02", "03", "01"]);
});
