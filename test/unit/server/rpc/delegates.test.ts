import { describe, expect, test } from "bun:test";
import { fromDisplayHash, fromHex } from "../../../../src/protocol/bytes/index.ts";
import { NodeTable } from "../../../../src/protocol/fluxnodes/index.ts";
import { call, failure, fakeContext, MAIN, REGTEST } from "./fake-context.ts";

const TXID = "ab".repeat(32);
const KEYS = [`02${"33".repeat(32)}`, `03${"44".repeat(32)}`];

/** A chain on which KAMATA never activates: the daemon answers there, too. */
function context() {
  const nodes = new NodeTable();
  nodes.putDelegates({ txid: fromDisplayHash(TXID), index: 3 }, { version: 1, type: 1, keys: KEYS.map(fromHex) });
  return fakeContext(REGTEST, { nodes });
}

describe("listfluxnodedelegates", () => {
  test("tells the stored keys of a collateral", async () => {
    expect(await call(context(), "listfluxnodedelegates", TXID, "3")).toEqual({
      collateral: `COutPoint(${TXID}, 3)`,
      has_delegates: true,
      delegate_version: 1,
      delegate_type: 1,
      delegate_type_string: "UPDATE",
      delegate_keys: KEYS,
    });
  });

  test("says when there are none", async () => {
    const none = { collateral: `COutPoint(${TXID}, 4)`, has_delegates: false };
    expect(await call(context(), "listfluxnodedelegates", TXID, " 4th")).toEqual(none);
  });

  test("names what is wrong with the collateral inside the answer", async () => {
    const answer = async (hash: string, index: string) => call(context(), "listfluxnodedelegates", hash, index);
    expect(await answer("ab", "0")).toEqual({ error: "Invalid transaction hash (must be 64 hex characters)" });
    expect(await answer("00".repeat(32), "0")).toEqual({ error: "Invalid transaction hash" });
    expect(await answer(TXID, "x")).toEqual({ error: "Invalid output index" });
    expect(await answer(TXID, "-1")).toEqual({ error: "Output index exceeds maximum (4294967295)" });
  });

  test("is refused before there are fluxnode transactions", async () => {
    const refusal = await failure(fakeContext(MAIN), "listfluxnodedelegates", TXID, "0");
    expect(refusal).toEqual([-1, "deterministic fluxnodes transactions is not active yet"]);
  });
});
