import { NEVER, type NetworkParams } from "../protocol/params/index.ts";

/** Version of the peer-to-peer protocol that this program speaks (spec p2p.md). */
export const PROTOCOL_VERSION = 170_021;

/** From here on a peer knows `sendheaders`, `sendcmpct` and `cmpheaders`. */
export const COMPACT_VERSION = 170_021;

/** From here on a peer asks for the bloom service before it uses it. */
export const NO_BLOOM_VERSION = 170_004;

export const Service = { network: 1n, bloom: 4n } as const;

/** Oldest peers that are ever talked to, by network; the reference names the first one in both refusals. */
const OLDEST: Readonly<Record<string, number>> = { main: 170_002, test: 170_016 };
const OLDEST_NAMED = 170_002;

/** Lowest version that a peer may have while the node's own tip is at `height`. */
export function epochVersion(params: NetworkParams, height: number): number {
  let version = 0;
  for (const upgrade of params.upgradeTable) {
    if (upgrade.activationHeight !== NEVER && height >= upgrade.activationHeight) version = upgrade.protocolVersion;
  }
  return version;
}

/** The version that a refusal names, null for a peer that is new enough (spec p2p.md section 2). */
export function refusedVersion(version: number, params: NetworkParams, height: number): number | null {
  if (version < (OLDEST[params.networkId] ?? 0)) return OLDEST_NAMED;
  const epoch = epochVersion(params, height);
  return version < epoch ? epoch : null;
}
