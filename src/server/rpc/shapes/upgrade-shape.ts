import { NEVER, type NetworkParams, type UpgradeEntry } from "../../../protocol/params/index.ts";
import type { HeaderEntry } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { hexWord } from "./text.ts";

/** `info` of the upgrades that `getblockchaininfo` lists, by their identifiers in the upgrade table. */
const UPGRADE_INFO: Readonly<Record<string, string>> = {
  UPGRADE_ACADIA: "The Zelcash Acadia Update",
  UPGRADE_KAMIOOKA: "Zel Kamiooka Upgrade, PoW change to ZelHash and update for ZelNodes",
  UPGRADE_KAMATA: "Zel Kamata Upgrade, Deterministic ZelNodes and ZelFlux",
  UPGRADE_FLUX: "Flux Upgrade, Multiple chains",
  UPGRADE_HALVING: "Flux Halving",
  UPGRADE_P2SHNODES: "Multisig Node Upgrade",
  UPGRADE_PON: "Proof of Node activation",
};
const FIRST_LISTED = "UPGRADE_ACADIA";

const SOFT_FORKS = [
  { id: "bip34", version: 2 },
  { id: "bip66", version: 3 },
  { id: "bip65", version: 4 },
] as const;

function upgradeShape(entry: UpgradeEntry, height: number): JsonObject {
  return {
    name: entry.name,
    activationheight: entry.activationHeight,
    status: height >= entry.activationHeight ? "active" : "pending",
    info: UPGRADE_INFO[entry.id] ?? entry.name,
  };
}

/**
 * The upgrades from Acadia on that have a height, by branch id. They share one id, so only the last is left: the reference
 * repeats the key (spec rpc.md section 1).
 */
export function upgradesShape(height: number, params: NetworkParams): JsonObject {
  const first = params.upgradeTable.findIndex(({ id }) => id === FIRST_LISTED);
  const shape: Record<string, JsonObject> = {};
  for (const entry of params.upgradeTable.slice(first)) {
    if (entry.activationHeight !== NEVER) shape[hexWord(entry.branchId)] = upgradeShape(entry, height);
  }
  return shape;
}

/** How many of the last blocks have at least each version that a soft fork asks for; versions in the order of the forks. */
function countVersions(tip: HeaderEntry, window: number): number[] {
  const found = SOFT_FORKS.map(() => 0);
  let entry: HeaderEntry | null = tip;
  for (let i = 0; i < window && entry; i++) {
    const { version } = entry;
    SOFT_FORKS.forEach((fork, index) => {
      if (version >= fork.version) found[index] = (found[index] as number) + 1;
    });
    entry = entry.parent;
  }
  return found;
}

/** The old soft forks by block version with what the last blocks said of them. */
export function softForksShape(tip: HeaderEntry, params: NetworkParams): JsonObject[] {
  const { enforce, reject, window } = params.majority;
  const counts = countVersions(tip, window);
  return SOFT_FORKS.map(({ id, version }, index) => {
    const found = counts[index] as number;
    const majority = (required: number) => ({ status: found >= required, found, required, window });
    return { id, version, enforce: majority(enforce), reject: majority(reject) };
  });
}
