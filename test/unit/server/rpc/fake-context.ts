import type { ChainReader, HeaderEntry, MempoolReader } from "../../../../src/chain/index.ts";
import { createClock } from "../../../../src/platform/index.ts";
import { fromDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  createRpcHandler,
  type JsonInput,
  NO_MINING,
  NO_NETWORK,
  type RpcContext,
  RpcError,
  writeJson,
} from "../../../../src/server/rpc/index.ts";

export const TIP_HASH = "11".repeat(32);
export const MAIN = builtInNetwork("main") as NetworkParams;
export const TEST = builtInNetwork("test") as NetworkParams;
export const REGTEST = builtInNetwork("regtest") as NetworkParams;

/** A memory pool without transactions. */
const EMPTY_POOL = {
  size: 0,
  get: () => undefined,
  has: () => false,
  spender: () => undefined,
} as unknown as MempoolReader;

export interface FakeContext extends RpcContext {
  /** How often `stop` was asked for. */
  stops: number;
  readonly internalErrors: unknown[];
}

/** A context whose chain is 42 blocks high and whose reader has only the given parts. */
export function fakeContext(params: NetworkParams = MAIN, parts: Partial<ChainReader> = {}): FakeContext {
  const tip = { height: 42, hash: fromDisplayHash(TIP_HASH) } as HeaderEntry;
  const reader = { params, tip, indexes: false, mempool: EMPTY_POOL, ...parts } as ChainReader;
  const context: FakeContext = {
    stops: 0,
    internalErrors: [],
    chain: {
      params,
      height: tip.height,
      tipHash: tip.hash,
      read: async (fn) => fn(reader),
      submitBlock: async () => ({ known: "new", reject: null, judged: true }),
      invalidateBlock: async () => {},
      reconsiderBlock: async () => {},
      verify: async () => true,
      adjustedTime: 1_767_400_000,
      coinStatistics: () => Promise.reject(new Error("no coins")),
      testBlock: async () => null,
      emergencyTemplate: () => Promise.reject(new Error("no template")),
      pool: {
        accept: async () => ({ kind: "dropped", cause: "conflict", text: "" }),
        prioritise: async () => {},
      },
    },
    clock: createClock(1_767_400_000),
    version: { number: 9_000_650, userAgent: "/MagicBean:9.0.6/", protocol: 170_021, deprecationHeight: 4_223_640 },
    network: NO_NETWORK,
    mining: NO_MINING,
    fluxnode: null,
    nodeList: [],
    keepsKeysApart: false,
    stop: () => {
      context.stops++;
    },
    reportInternalError: (_method, error) => context.internalErrors.push(error),
  };
  return context;
}

/** What a client gets: the answer after it went through JSON. */
export async function call(context: RpcContext, method: string, ...params: JsonInput[]): Promise<unknown> {
  return JSON.parse(writeJson(await createRpcHandler(context)(method, params)));
}

/** The error of a call that must fail. */
export async function failure(context: RpcContext, method: string, ...params: JsonInput[]): Promise<[number, string]> {
  try {
    await createRpcHandler(context)(method, params);
  } catch (error) {
    if (error instanceof RpcError) return [error.code, error.message];
    throw error;
  }
  throw new Error(`${method} did not fail`);
}
