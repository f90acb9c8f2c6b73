import { choosePeers, type ListedNode, type PeerChoice } from "../bench/index.ts";
import type { Chain } from "../chain/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { machineAddresses } from "../platform/machine/index.ts";
import { equalBytes, fromDisplayHash } from "../protocol/bytes/index.ts";
import { TIERS } from "../protocol/fluxnodes/index.ts";
import { builtInNetwork, type NetworkParams } from "../protocol/params/index.ts";
import { formatOutPoint } from "../protocol/primitives/index.ts";

/** Networks on which strangers register fluxnodes. */
const PUBLIC_NETWORKS = ["main", "test"];

/** What tells which of the listed fluxnodes share the line with this machine. */
export interface Surroundings {
  readonly params: Pick<NetworkParams, "genesisHash">;
  readonly settings: Pick<Settings, "fluxnodeCollateral" | "fluxnodeAddress" | "externalAddress">;
  /** Addresses of this machine as its peers see them. */
  readonly seenAs: readonly string[];
}

/** The confirmed fluxnodes of a chain. */
export function listedNodes(chain: Pick<Chain, "read">): Promise<ListedNode[]> {
  return chain.read(({ nodes }) =>
    TIERS.flatMap((tier) =>
      Array.from(nodes.queue(tier), ({ collateral, ip }) => ({ collateral: formatOutPoint(collateral), ip })),
    ),
  );
}

/** Fluxnodes to measure bandwidth with: neither this machine nor what is on its line, nor, on a public network, private addresses. */
export function chooseListedPeers(
  listed: readonly ListedNode[],
  { params, settings, seenAs }: Surroundings,
): PeerChoice {
  const { fluxnodeCollateral, fluxnodeAddress, externalAddress } = settings;
  const named = fluxnodeAddress ? [fluxnodeAddress, ...externalAddress] : externalAddress;
  const own = {
    collateral:
      fluxnodeCollateral === undefined
        ? null
        : formatOutPoint({ txid: fromDisplayHash(fluxnodeCollateral.txid), index: fluxnodeCollateral.index }),
    addresses: [...named.map(({ host }) => host), ...seenAs, ...machineAddresses()],
  };
  return choosePeers(listed, own, isPublic(params));
}

/** A network in a file may call itself as it likes; the chain that it describes is another one. */
function isPublic({ genesisHash }: Surroundings["params"]): boolean {
  return PUBLIC_NETWORKS.some((name) => {
    const network = builtInNetwork(name);
    return network !== undefined && equalBytes(network.genesisHash, genesisHash);
  });
}
