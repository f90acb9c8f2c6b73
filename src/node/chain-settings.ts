import { type BlockSpace, type ChainOptions, DEFAULT_MEMPOOL_POLICY } from "../chain/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { FluxError } from "../platform/index.ts";

const MIB = 1 << 20;
const ZATOSHI_DIGITS = 8;

/** Zatoshi of an amount like "0.000001", whose form is checked already. */
function zatoshi(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(ZATOSHI_DIGITS, "0"));
}

/** Zatoshi per 1000 bytes below which a transaction counts as free. */
export function relayFeeRate({ minRelayFee }: Pick<Settings, "minRelayFee">): bigint {
  return zatoshi(minRelayFee);
}

/** What the settings make of the chain, its memory pool and the blocks that are made on it. */
export function chainSettings(
  settings: Settings,
): Pick<ChainOptions, "mempool" | "blockSpace" | "pruneLimit" | "cacheMib"> {
  const rate = relayFeeRate(settings);
  const { bareMultisig, blockMaxSize, blockPrioritySize, dataCarrier, dataCarrierSize, prune, index } = settings;
  if (prune > 0 && index) {
    throw new FluxError("prune-with-indexes", "prune and index exclude each other: the indexes point into the blocks", {
      kind: "usage",
      hint: "leave out one of them",
    });
  }
  const policy = {
    standard: {
      ...DEFAULT_MEMPOOL_POLICY.standard,
      permitBareMultisig: bareMultisig,
      dataCarrier,
      dataCarrierSize,
      relayFeeRate: rate,
    },
    costLimit: settings.mempoolCostLimit,
    evictionMemory: settings.mempoolEvictionMemory * 60,
    freeRelayLimit: settings.freeRelayLimit,
    relayPriority: settings.relayPriority,
  };
  const blockSpace: BlockSpace = {
    size: blockMaxSize,
    prioritySize: Math.min(blockMaxSize, blockPrioritySize),
    relayFeeRate: rate,
  };
  return { mempool: { policy }, blockSpace, cacheMib: settings.dbCache, ...(prune > 0 && { pruneLimit: prune * MIB }) };
}
