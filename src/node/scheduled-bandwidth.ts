import type { BandwidthOptions } from "../bench/index.ts";
import type { Chain } from "../chain/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { chooseListedPeers, listedNodes, type Surroundings } from "./listed-peers.ts";

export interface ScheduledBandwidthOptions {
  readonly chain: Pick<Chain, "view" | "read">;
  readonly settings: Surroundings["settings"] & Pick<Settings, "benchTraffic">;
  /** Addresses of this machine as its peers see them at this moment. */
  readonly seenAs: () => readonly string[];
}

const STREAMS = 4;
const MEGABYTE = 1e6;

/** With whom a node measures its bandwidth by itself: other fluxnodes of its chain. */
export async function scheduledBandwidth(options: ScheduledBandwidthOptions): Promise<BandwidthOptions> {
  const { chain, settings, seenAs } = options;
  const shared = { peers: [], streams: STREAMS, maxTrafficBytes: settings.benchTraffic * MEGABYTE };
  if (settings.benchTraffic === 0) return { ...shared, known: [], whyNone: "bench-traffic allows no test data" };
  const { params } = chain.view;
  return { ...shared, ...chooseListedPeers(await listedNodes(chain), { params, settings, seenAs: seenAs() }) };
}
