import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Chain } from "../../../src/chain/index.ts";
import { rpcContext } from "../../../src/node/rpc-context.ts";
import { createClock } from "../../../src/platform/index.ts";
import { toDisplayHash, toHex } from "../../../src/protocol/bytes/index.ts";
import { decodeBlock, type FluxnodeStart, type Transaction } from "../../../src/protocol/primitives/index.ts";
import { createRpcHandler, type JsonValue, type RpcContext } from "../../../src/server/rpc/index.ts";
import { blocksOf, keysOf, networkOf } from "../../chain/recorded-set.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory } from "../../chain/test-store.ts";

const PARAMS = networkOf("regtest-a");
/** In the blocks above it delegates start a node with a collateral of its own and one at a multisignature address. */
const HEIGHT = 1257;
const SIGNING = 2;

interface RecordedStart {
  readonly tx: Transaction;
  readonly start: FluxnodeStart;
}

const recorded: RecordedStart[] = blocksOf("regtest-a")
  .slice(HEIGHT)
  .flatMap((raw) => decodeBlock(raw).transactions)
  .flatMap((tx) =>
    tx.fluxnode?.kind === "start" && tx.fluxnode.delegates?.type === SIGNING ? [{ tx, start: tx.fluxnode }] : [],
  );
const startOf = (p2sh: boolean) =>
  recorded.find(({ start }) => start.redeemScript.length > 0 === p2sh) as RecordedStart;

type Pool = RpcContext["chain"]["pool"];

let chain: Chain;

beforeAll(async () => {
  // The pool takes no old signatures.
  const mockTime = Math.max(...recorded.map(({ start }) => start.sigTime));
  chain = await openTestChain(PARAMS, scratchDirectory(PARAMS), { indexes: true, mockTime });
  await connectAll(chain, blocksOf("regtest-a").slice(0, HEIGHT));
}, 120_000);

afterAll(async () => {
  await chain?.close();
  removeScratchFolders();
});

/** What is asked at the time at which a recorded START was signed, with what was sent to the peers. */
function at(start: FluxnodeStart, accept: Pool["accept"] = (...args) => chain.pool.accept(...args), apart = false) {
  const sent: string[] = [];
  const context = rpcContext({ chain, clock: createClock(start.sigTime), stop: () => {} });
  const { network } = context;
  const handler = createRpcHandler({
    ...context,
    chain: { ...context.chain, pool: { accept, prioritise: async () => {} }, adjustedTime: start.sigTime },
    network: { ...network, relay: (tx) => sent.push(toHex(tx.raw)) },
    keepsKeysApart: apart,
  });
  const { collateral } = start;
  const outpoint = [toDisplayHash(collateral.txid), String(collateral.index)];
  const call = async (method: string, ...more: string[]): Promise<Record<string, JsonValue>> =>
    (await handler(method, [...outpoint, ...more])) as never;
  return { call, sent };
}

/** Keys in WIF form of the delegates of a collateral. */
async function delegatesOf(start: FluxnodeStart): Promise<string[]> {
  const keys = await chain.read(({ nodes }) => nodes.delegates(start.collateral)?.keys ?? []);
  const known = Object.values(keysOf("regtest-a"));
  return keys.flatMap((key) => known.find(({ pubkey }) => pubkey === toHex(key))?.wif ?? []);
}

for (const [method, p2sh] of [
  ["startfluxnodeasdelegate", false],
  ["startp2shasdelegate", true],
] as const) {
  describe(method, () => {
    const { tx, start } = startOf(p2sh);
    const fail = async (given: string[], error: string, from = start, apart = false) =>
      expect(await at(from, undefined, apart).call(method, ...given)).toEqual({ result: "failed", error });

    test("tells what stands in the way", async () => {
      const hint = p2sh ? "" : ". Use 'updatefluxnodedelegates' first.";
      const owner = p2sh ? "redeem script" : "collateral public key";
      const [wif = ""] = await delegatesOf(start);
      const foreign = Object.values(keysOf("regtest-a"))[0]?.wif as string;
      const elsewhere = (index: number) => ({ ...start, collateral: { ...start.collateral, index } });
      await fail(["x"], "Invalid delegate private key");
      await fail([foreign], `This delegate key is not authorized for this collateral${hint}`);
      await fail([foreign], `No delegates are authorized for this collateral${hint}`, elsewhere(9999));
      await fail([wif, "00"], "Invalid VPS public key");
      if (!p2sh) await fail([wif, "", "00"], "Invalid collateral public key");
      await fail([wif], "Could not find VPS public key in blockchain. Please provide it as a parameter.", start, true);
      const nodeKey = toHex(start.publicKey);
      await fail(
        [wif, nodeKey],
        `Could not find ${owner} in blockchain. Please provide it as a parameter.`,
        start,
        true,
      );
      const confirmed = await chain.read(({ nodes }) => nodes.records().find(({ status }) => status === "confirmed"));
      if (confirmed) {
        const listed = { ...start, collateral: confirmed.collateral };
        await fail(["x"], "Fluxnode already confirmed and in fluxnode list", listed);
      }
      const handler = createRpcHandler(rpcContext({ chain, clock: createClock(0), stop: () => {} }));
      const answer = (...params: string[]) => handler(method, params);
      expect(await answer("0", "0", wif)).toEqual({ result: "failed", error: "Invalid transaction hash" });
      expect(await answer("1", "x", wif)).toEqual({ result: "failed", error: "Invalid output index" });
      expect(await answer("1", "2147483648", wif)).toEqual({ result: "failed", error: "Invalid output index" });
    });

    test("makes the very transaction of the recorded chain, with what it finds there", async () => {
      const keys = await delegatesOf(start);
      // Which of the delegates signed is not recorded: the first pass only looks what each of them would send.
      const accept = async () => ({ kind: "accepted" }) as never;
      const wouldSend = [];
      for (const wif of keys) {
        const trial = at(start, accept);
        expect((await trial.call(method, wif)).result).toBe("success");
        wouldSend.push(...trial.sent);
      }
      const signer = keys[wouldSend.indexOf(toHex(tx.raw))] as string;
      expect(wouldSend).toContain(toHex(tx.raw));
      const { call, sent } = at(start);
      expect(await call(method, signer)).toEqual({
        result: "success",
        txid: toDisplayHash(tx.txid),
        delegate: expect.any(String),
        ...(p2sh ? { p2sh: expect.any(String) } : {}),
      });
      expect(sent).toEqual([toHex(tx.raw)]);
      expect(await chain.read(({ mempool }) => mempool.has(tx.txid))).toBe(true);
      await fail([signer], "Mempool already has a fluxnode transaction using this outpoint");
    });
  });
}
