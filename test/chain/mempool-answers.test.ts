import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Chain } from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import { createClock } from "../../src/platform/index.ts";
import { fromDisplayHash } from "../../src/protocol/bytes/index.ts";
import { createRpcHandler, type JsonInput, RpcError, type RpcHandler, writeJson } from "../../src/server/rpc/index.ts";
import {
  eventsOf,
  MOCK_TIME,
  networkOf,
  type RecordedSet,
  type RecordedSubmission,
  submissionsOf,
  VECTORS,
} from "./recorded-set.ts";
import { freshChain, removeScratchFolders, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 120_000;

interface PoolInfo {
  readonly size: number;
  readonly bytes: number;
  readonly usage: number;
}

/** What the daemon said of its pool. */
interface PoolAnswers {
  readonly info: readonly { readonly name: string; readonly bestblock: string; readonly getmempoolinfo: PoolInfo }[];
  readonly full: readonly (Readonly<Record<string, JsonInput>> & { readonly height: number })[];
}

function answersOf(set: RecordedSet): PoolAnswers {
  return JSON.parse(gunzipSync(readFileSync(join(VECTORS, "fluxd", set, "mempool-answers.json.gz"))).toString());
}

async function ask(handler: RpcHandler, method: string, ...params: JsonInput[]): Promise<unknown> {
  try {
    return { result: JSON.parse(writeJson(await handler(method, params))) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

/** Sends a recorded submission; a block that was accepted on purpose is taken off again, as it was then. */
async function resend(chain: Chain, handler: RpcHandler, submission: RecordedSubmission): Promise<string> {
  const tip = tipOf(chain);
  const answer = await ask(handler, submission.method, submission.hex);
  if (tipOf(chain) !== tip) await chain.invalidateBlock(chain.tipHash);
  expect(tipOf(chain)).toBe(tip);
  return `${submission.at_height} ${submission.desc}: ${JSON.stringify(answer)}`;
}

function recordedAnswer({ at_height, desc, result, error }: RecordedSubmission): string {
  return `${at_height} ${desc}: ${JSON.stringify(error ? { error } : { result: result ?? null })}`;
}

async function expectInfo(handler: RpcHandler, name: string, recorded: PoolInfo): Promise<void> {
  const { size, bytes, usage } = (await handler("getmempoolinfo", [])) as unknown as PoolInfo;
  expect({ name, size, bytes, usage }).toEqual({
    name,
    size: recorded.size,
    bytes: recorded.bytes,
    usage: recorded.usage,
  });
}

/** Answers about one transaction and one address are recorded without the question; it can be read off them. */
function questionsOf(
  answers: Readonly<Record<string, JsonInput>>,
): [key: string, method: string, params: JsonInput[]][] {
  const shown = answers["getrawtransaction 1"] as { hex: string; txid: string; vin: { txid: string; vout: number }[] };
  const [input] = shown.vin;
  const [delta] = answers.getaddressmempool as { address: string }[];
  return [
    ["getmempoolinfo", "getmempoolinfo", []],
    ["getrawmempool", "getrawmempool", []],
    ["getrawmempool true", "getrawmempool", [true]],
    ["getrawtransaction 1", "getrawtransaction", [shown.txid, 1]],
    ["decoderawtransaction", "decoderawtransaction", [shown.hex]],
    ["getspentinfo", "getspentinfo", [{ txid: input?.txid ?? "", index: input?.vout ?? 0 }]],
    ["getaddressmempool", "getaddressmempool", [{ addresses: [delta?.address ?? ""] }]],
    ["gettxout mempool", "gettxout", [input?.txid ?? "", input?.vout ?? 0]],
  ];
}

async function expectFull(handler: RpcHandler, answers: Readonly<Record<string, JsonInput>>): Promise<void> {
  for (const [key, method, params] of questionsOf(answers)) {
    // As text, so that the order of keys and entries counts too.
    const text = JSON.stringify(JSON.parse(writeJson(await handler(method, params))));
    expect(`${key} ${text}`).toBe(`${key} ${JSON.stringify(answers[key])}`);
  }
}

for (const set of ["regtest-a", "testnet-t"] as const) {
  describe(`the memory pool on ${set}`, () => {
    test(
      "takes, refuses and shows transactions as the daemon did",
      async () => {
        const chain = await freshChain(networkOf(set), { indexes: true });
        const context = rpcContext({ chain, clock: createClock(MOCK_TIME), stop: () => {} });
        const handler = createRpcHandler(context);
        const { info, full } = answersOf(set);
        const submissions = Map.groupBy(submissionsOf(set), ({ at_tip }) => at_tip);
        const infos = Map.groupBy(info, ({ bestblock }) => bestblock);
        let sent = 0;
        let compared = 0;
        let filled = 0;
        for (const event of eventsOf(set)) {
          const before = tipOf(chain);
          if (event.op === "submitblock") await chain.submitBlock(Buffer.from(event.hex, "hex"));
          if (event.op === "invalidateblock") await chain.invalidateBlock(fromDisplayHash(event.hash));
          const tip = tipOf(chain);
          if (tip === before) continue;
          for (const { name, getmempoolinfo } of infos.get(tip) ?? []) {
            await expectInfo(handler, name, getmempoolinfo);
            compared++;
          }
          infos.delete(tip);
          for (const submission of submissions.get(tip) ?? []) {
            if (submission.method === "submitblock" && !submission.tip_changed) continue;
            expect(await resend(chain, handler, submission)).toBe(recordedAnswer(submission));
            sent++;
          }
          submissions.delete(tip);
          for (const answers of full) {
            if (answers.height !== chain.height) continue;
            await expectFull(handler, answers);
            filled++;
          }
        }
        expect(infos.size).toBe(0);
        expect(compared).toBe(info.length);
        expect(filled).toBe(full.length);
        expect(sent).toBeGreaterThan(100);
        await chain.close();
      },
      TIMEOUT,
    );
  });
}
