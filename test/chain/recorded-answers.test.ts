import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Chain } from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import { createClock } from "../../src/platform/index.ts";
import { fromDisplayHash } from "../../src/protocol/bytes/index.ts";
import {
  createRpcHandler,
  type JsonInput,
  RPC_METHODS,
  type RpcHandler,
  writeJson,
} from "../../src/server/rpc/index.ts";
import { eventsOf, MOCK_TIME, networkOf, RECORDED_SETS, type RecordedSet, VECTORS } from "./recorded-set.ts";
import { freshChain, removeScratchFolders, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 60_000;

/** Answers by method, with the argument behind it where the method was asked in several ways. */
type RecordedAnswers = Readonly<Record<string, JsonInput>>;
type JsonRecord = Record<string, unknown>;

/** What belongs to the machine, the peers, the wallet or the mempool of the daemon that answered. */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  getblockchaininfo: ["size_on_disk", "verificationprogress"],
  getinfo: ["walletversion", "balance", "keypoololdest", "keypoolsize", "paytxfee", "connections", "errors"],
  getmininginfo: ["currentblocksize", "currentblocktx", "pooledtx", "errors"],
  getnetworkinfo: ["connections", "localservices", "warnings"],
  gettxoutsetinfo: ["bytes_serialized"],
};

function answersOf(set: RecordedSet): Map<string, RecordedAnswers> {
  const file = join(VECTORS, "fluxd", set, "rpc-answers.json.gz");
  const answers: RecordedAnswers[] = JSON.parse(gunzipSync(readFileSync(file)).toString());
  return new Map(answers.map((recorded) => [recorded.getbestblockhash as string, recorded]));
}

function without(method: string, answer: unknown): unknown {
  const names = NOT_COMPARED[method];
  if (!names) return answer;
  return Object.fromEntries(Object.entries(answer as JsonRecord).filter(([key]) => !names.includes(key)));
}

/** Compared as text, so that the order of keys counts too. */
async function expectAnswer(
  handler: RpcHandler,
  method: string,
  params: JsonInput[],
  recorded: unknown,
): Promise<void> {
  const answer = JSON.parse(writeJson(await handler(method, params)));
  const shown = (value: unknown) => `${method} ${JSON.stringify(params)} ${JSON.stringify(without(method, value))}`;
  expect(shown(answer)).toBe(shown(recorded));
}

/** The tips that no refused submission left: those are not sent here. */
function sentTips(tips: unknown): unknown {
  return (tips as { status: string }[]).filter(({ status }) => status !== "invalid" && status !== "headers-only");
}

async function expectAll(handler: RpcHandler, recorded: RecordedAnswers): Promise<void> {
  const tip = recorded.getbestblockhash as string;
  const height = String(recorded.getblockcount);
  for (const [key, want] of Object.entries(recorded)) {
    const [method, argument] = key.split(" ") as [string, string | undefined];
    if (method === "height") continue;
    if (method === "getblock") await expectAnswer(handler, method, [height, Number(argument)], want);
    else if (method === "getblockheader") await expectAnswer(handler, method, [tip, argument === "true"], want);
    else if (method === "getblockdeltas") await expectAnswer(handler, method, [tip], want);
    else if (method === "getchaintips") {
      expect(sentTips(JSON.parse(writeJson(await handler(method, []))))).toEqual(sentTips(want));
    } else if (key === "getaddressutxos chainInfo") {
      const addresses = Object.keys(recorded.getaddressutxos as JsonRecord).slice(0, 2);
      const asked = (want as { utxos: { address: string }[] }).utxos.some(({ address }) => address === addresses[1])
        ? addresses
        : addresses.slice(0, 1);
      await expectAnswer(handler, method, [{ addresses: asked, chainInfo: true }], want);
    } else if (method.startsWith("getaddress")) {
      for (const [address, part] of Object.entries(want as JsonRecord)) {
        await expectAnswer(handler, method, [{ addresses: [address] }], part);
        await expectAnswer(handler, method, [address], part);
      }
    } else if (method === "getblockhashes") await expectRecentBlocks(handler, want as string[]);
    else for (const name of namesOf(method)) await expectAnswer(handler, name, [], want);
  }
}

/** A method's own name and its others, which answer the same. */
function namesOf(method: string): string[] {
  const found = RPC_METHODS.find(({ name, aliases = [] }) => [name, ...aliases].includes(method));
  return found ? [found.name, ...(found.aliases ?? [])] : [method];
}

/** The recorded list begins at some time that is not known; it ends with the newest block. */
async function expectRecentBlocks(handler: RpcHandler, recorded: readonly string[]): Promise<void> {
  const options = { logicalTimes: true };
  const all = (await handler("getblockhashes", [2_000_000_000, 0, options])) as {
    blockhash: string;
    logicalts: number;
  }[];
  const first = all.findIndex(({ blockhash }) => blockhash === recorded[0]);
  const low = all[first]?.logicalts as number;
  const high = (all[first + recorded.length - 1]?.logicalts as number) + 1;
  await expectAnswer(handler, "getblockhashes", [high, low], recorded);
}

function handlerOf(chain: Chain): RpcHandler {
  return createRpcHandler(rpcContext({ chain, clock: createClock(MOCK_TIME), stop: () => {} }));
}

for (const set of RECORDED_SETS) {
  test(
    `${set}: every answer is that of the daemon, to the order of keys`,
    async () => {
      const answers = answersOf(set);
      const chain = await freshChain(networkOf(set), { indexes: true });
      const handler = handlerOf(chain);
      for (const event of eventsOf(set)) {
        if (event.op === "submitblock") await handler("submitblock", [event.hex]);
        else if (event.op === "invalidateblock") await chain.invalidateBlock(fromDisplayHash(event.hash));
        const recorded = answers.get(tipOf(chain));
        if (!recorded) continue;
        answers.delete(tipOf(chain));
        await expectAll(handler, recorded);
      }
      expect(answers.size).toBe(0);
      await chain.close();
    },
    TIMEOUT,
  );
}
