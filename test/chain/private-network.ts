import { type NetworkParams, parseNetworkFile } from "../../src/protocol/params/index.ts";
import { networkFile } from "./recorded-set.ts";

/** Names in network files, in the order of the upgrades. */
const UPGRADE_IDS = {
  lwma: "UPGRADE_LWMA",
  equihash144: "UPGRADE_EQUI144_5",
  acadia: "UPGRADE_ACADIA",
  kamiooka: "UPGRADE_KAMIOOKA",
  kamata: "UPGRADE_KAMATA",
  flux: "UPGRADE_FLUX",
  halving: "UPGRADE_HALVING",
  p2shNodes: "UPGRADE_P2SHNODES",
  pon: "UPGRADE_PON",
} as const;

const FAR_AWAY = 1_000_000;

export interface PrivateNetworkOptions {
  readonly name?: string;
  /** Activation heights; upgrades that are left out are far away. */
  readonly heights?: Partial<Readonly<Record<keyof typeof UPGRADE_IDS, number>>>;
  readonly turnstile?: boolean;
  readonly startPayments?: number;
  /** Hex of the key that attests benchmarks. */
  readonly benchmarkKey?: string;
}

interface NetworkFile {
  name: string;
  flags: Record<string, boolean>;
  rules: Record<string, unknown>;
  consensus: {
    upgrades: { id: string; activationHeight: number }[];
    equihashEpochs: Record<string, number>[];
  };
  funding: Record<"exchange" | "foundation", { height: number }> & {
    swapPool: { startHeight: number; heights: number[] };
  };
  fluxnode: {
    startPaymentsHeight: number;
    benchmarkPublicKeys: { publicKey: string; fromTime: number }[];
  };
}

/** Regtest without target to meet, with Equihash (48,5) only and no payments to funds: blocks for it cost nothing. */
export function privateNetwork(options: PrivateNetworkOptions = {}): NetworkParams {
  const file = networkFile("regtest-stock") as unknown as NetworkFile;
  file.name = options.name ?? "private";
  file.flags.fZIP209Enabled = options.turnstile ?? false;
  file.rules.enforcePowTarget = false;
  for (const [name, id] of Object.entries(UPGRADE_IDS)) {
    const upgrade = file.consensus.upgrades.find((each) => each.id === id);
    if (!upgrade) throw new Error(`the network file has no ${id}`);
    upgrade.activationHeight = options.heights?.[name as keyof typeof UPGRADE_IDS] ?? FAR_AWAY;
  }
  const [first] = file.consensus.equihashEpochs;
  file.consensus.equihashEpochs = [1, 2, 3].map((epoch) => ({ ...first, epoch }));
  file.funding.exchange.height = FAR_AWAY;
  file.funding.foundation.height = FAR_AWAY;
  file.funding.swapPool.startHeight = FAR_AWAY;
  file.funding.swapPool.heights = [0, 10, 20, 30, 40].map((offset) => FAR_AWAY + offset);
  file.fluxnode.startPaymentsHeight = options.startPayments ?? FAR_AWAY;
  if (options.benchmarkKey) file.fluxnode.benchmarkPublicKeys = [{ publicKey: options.benchmarkKey, fromTime: 0 }];
  return parseNetworkFile(file);
}
