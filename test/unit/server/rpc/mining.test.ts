import { describe, expect, test } from "bun:test";
import { toHex } from "../../../../src/protocol/bytes/index.ts";
import { NO_MINING, NO_NETWORK, type RpcMining } from "../../../../src/server/rpc/index.ts";
import { call, type FakeContext, failure, fakeContext, MAIN, REGTEST } from "./fake-context.ts";

const CONNECTED = { ...NO_NETWORK, connections: () => 1 };

function withMining(mining: Partial<RpcMining>, params = MAIN): FakeContext {
  return { ...fakeContext(params), mining: { ...NO_MINING, ...mining } };
}

describe("getblocktemplate", () => {
  test("needs a peer", async () => {
    expect(await failure(fakeContext(), "getblocktemplate")).toEqual([-9, "Flux is not connected!"]);
  });

  test("knows two modes", async () => {
    const context = { ...fakeContext(), network: CONNECTED };
    expect(await failure(context, "getblocktemplate", { mode: "sing" })).toEqual([-8, "Invalid mode"]);
    expect(await failure(context, "getblocktemplate", { mode: 1 })).toEqual([-8, "Invalid mode"]);
    expect(await failure(context, "getblocktemplate", "template")).toEqual([
      -1,
      "JSON value is not an object as expected",
    ]);
    expect(await failure(context, "getblocktemplate", { mode: "proposal" })).toEqual([
      -3,
      "Missing data String key for proposal",
    ]);
    expect(await failure(context, "getblocktemplate", { mode: "proposal", data: "00" })).toEqual([
      -22,
      "Block decode failed",
    ]);
    expect((await failure(context, "getblocktemplate", {}, 1))[0]).toBe(-1);
  });

  test("tells those who wait that the node stops", async () => {
    const known: unknown[] = [];
    const waitForNews: RpcMining["waitForNews"] = async (work) => {
      known.push(work);
      return false;
    };
    const context = { ...withMining({ waitForNews, latestChanges: 9 }), network: CONNECTED };
    const longpollid = `${"ab".repeat(32)}17`;
    expect(await failure(context, "getblocktemplate", { longpollid })).toEqual([-9, "Shutting down"]);
    expect(await failure(context, "getblocktemplate", { longpollid: 5 })).toEqual([-9, "Shutting down"]);
    expect(known).toEqual([
      { tip: new Uint8Array(32).fill(0xab), changes: 17 },
      { tip: context.chain.tipHash, changes: 9 },
    ]);
    expect((await failure(context, "getblocktemplate", { longpollid: "ab" }))[0]).toBe(-1);
  });
});

describe("mining by this node", () => {
  test("is switched on and off where blocks are not made on demand", async () => {
    const wishes: unknown[] = [];
    const setGenerating = async (...wish: unknown[]) => void wishes.push(wish);
    const context = withMining({ setGenerating, generating: true });
    expect(await call(context, "getgenerate")).toBe(true);
    expect(await call(context, "setgenerate", true)).toBeNull();
    expect(await call(context, "setgenerate", true, 2)).toBeNull();
    expect(await call(context, "setgenerate", true, 0)).toBeNull();
    expect(await call(context, "setgenerate", false, 3)).toBeNull();
    expect(wishes).toEqual([
      [true, -1],
      [true, 2],
      [false, 0],
      [false, 3],
    ]);
    const [code, text] = await failure(withMining({ setGenerating }, REGTEST), "setgenerate", true);
    expect([code, text]).toEqual([-32601, "Use the generate method instead of setgenerate on this network"]);
    expect((await failure(context, "setgenerate", "yes"))[0]).toBe(-1);
  });

  test("makes blocks at once where they are made on demand", async () => {
    let made = 0;
    const generateBlock = async () => new Uint8Array(32).fill(++made);
    const context = withMining({ generateBlock }, REGTEST);
    expect(await call(context, "generate", 2)).toEqual([1, 2].map((byte) => toHex(new Uint8Array(32).fill(byte))));
    expect(await call(context, "generate", 0)).toEqual([]);
    expect(await failure(withMining({ generateBlock }), "generate", 1)).toEqual([
      -32601,
      "This method can only be used on regtest",
    ]);
  });

  test("tells its rate", async () => {
    expect(await call(withMining({ localSolutionsPerSecond: 1.5 }), "getlocalsolps")).toBe(1.5);
  });
});

describe("emergency blocks", () => {
  test("have to be blocks, and emergency blocks", async () => {
    const context = fakeContext();
    const genesis = toHex(MAIN.genesisBlock);
    for (const method of ["verifyemergencyblock", "submitemergencyblock"]) {
      expect(await failure(context, method, "00")).toEqual([-22, "Block decode failed"]);
      expect(await failure(context, method, genesis)).toEqual([-8, "Block is not an emergency block"]);
      expect((await failure(context, method))[0]).toBe(-1);
    }
    expect(await failure(context, "signemergencyblock", genesis, "key")).toEqual([
      -8,
      "Block is not an emergency block",
    ]);
  });

  test("are not for the time of proof of work", async () => {
    expect(await failure(fakeContext(), "createemergencyblock")).toEqual([
      -1,
      "Emergency block not allowed at current height/time",
    ]);
  });
});
