import type { Chain } from "../chain/index.ts";
import type { Clock } from "../platform/index.ts";
import {
  type ListedFluxnode,
  NO_MINING,
  NO_NETWORK,
  type RpcContext,
  type RpcFluxnode,
  type RpcMining,
  type RpcNetwork,
} from "../server/rpc/index.ts";

/** The daemon release whose answers this program gives (spec rpc.md section 6). */
export const DAEMON_VERSION = {
  number: 9_000_650,
  userAgent: "/MagicBean:9.0.6/",
  protocol: 170_021,
  deprecationHeight: 4_223_640,
} as const;

export interface RpcContextOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  /** Default: no peers. */
  readonly network?: RpcNetwork;
  /** Default: no blocks are made. */
  readonly mining?: RpcMining;
  /** Default: this machine is no fluxnode. */
  readonly fluxnode?: RpcFluxnode | null;
  /** Default: none. */
  readonly nodeList?: readonly ListedFluxnode[];
  /** See `RpcContext`. Default: false. */
  readonly keepsKeysApart?: boolean;
  readonly stop: () => void;
  readonly reportInternalError?: (method: string, error: unknown) => void;
}

/** What the RPC methods work with. */
export function rpcContext({
  chain,
  clock,
  network,
  mining,
  fluxnode,
  nodeList,
  keepsKeysApart,
  stop,
  reportInternalError,
}: RpcContextOptions): RpcContext {
  return {
    chain: {
      params: chain.params,
      get height() {
        return chain.height;
      },
      get tipHash() {
        return chain.tipHash;
      },
      read: (fn) => {
        const now = chain.readAtOnce(fn);
        return now ? now.value : chain.read(fn);
      },
      submitBlock: (raw) => chain.submitBlock(raw),
      invalidateBlock: async (hash) => void (await chain.invalidateBlock(hash)),
      reconsiderBlock: async (hash) => void (await chain.reconsiderBlock(hash)),
      verify: async (level, depth) => (await chain.verify(level, depth)).problem === null,
      get adjustedTime() {
        return chain.adjustedTime;
      },
      coinStatistics: () => chain.coinStatistics(),
      testBlock: (block) => chain.testBlock(block),
      emergencyTemplate: () =>
        chain.blockTemplate({
          producerScript: chain.params.devFundScript,
          collateral: chain.params.emergency.collateral,
        }),
      pool: chain.pool,
    },
    clock,
    version: DAEMON_VERSION,
    network: network ?? NO_NETWORK,
    mining: mining ?? NO_MINING,
    fluxnode: fluxnode ?? null,
    nodeList: nodeList ?? [],
    keepsKeysApart: keepsKeysApart ?? false,
    stop,
    ...(reportInternalError ? { reportInternalError } : {}),
  };
}
