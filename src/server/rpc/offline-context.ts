import type { RpcMining, RpcNetwork } from "./context.ts";
import { NO_PEERS } from "./peer-context.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

const NO_PROXY = { proxy: "", proxyRandomizeCredentials: false } as const;

/** 0.000001 coins per 1000 bytes: the default of the daemon's -minrelaytxfee (spec rpc.md section 12). */
const DEFAULT_RELAY_FEE = 100n;

/** A node without peers: offline use of the methods, and the time before the network is up. */
export const NO_NETWORK: RpcNetwork = {
  connections: () => 0,
  timeOffset: () => 0,
  localServices: () => 0n,
  networks: () => [
    { name: "ipv4", limited: false, reachable: true, ...NO_PROXY },
    { name: "ipv6", limited: false, reachable: true, ...NO_PROXY },
    { name: "onion", limited: true, reachable: false, ...NO_PROXY },
  ],
  localAddresses: () => [],
  relayFee: () => DEFAULT_RELAY_FEE,
  relay: () => {},
  warnings: () => "",
  peers: NO_PEERS,
};

export const NO_MINING: RpcMining = {
  lastBlock: { size: 0, transactions: 0 },
  localSolutionsPerSecond: 0,
  generating: false,
  ponMinter: false,
  threads: -1,
  latestChanges: 0,
  currentWork: noMining,
  waitForNews: async () => false,
  setGenerating: noMining,
  generateBlock: noMining,
};

async function noMining(): Promise<never> {
  throw new RpcError(RpcErrorCode.methodNotFound, "no blocks are made here: no node is running");
}
