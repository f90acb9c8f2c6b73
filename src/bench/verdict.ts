import type { BandwidthResult, CpuResult, DiskResult, MachineFacts, Requirement, Verdict } from "./report.ts";
import type { TierProfile, TierRequirements } from "./tiers/tier-profile.ts";

/** What was measured; null for what was left out or failed. */
export interface Measured {
  readonly facts: MachineFacts;
  readonly areas: readonly Area[];
  readonly cpu: CpuResult | null;
  readonly disk: DiskResult | null;
  readonly bandwidth: BandwidthResult;
}

export type Area = "cpu" | "memory" | "disk" | "bandwidth";

/** Limit of the prime search that the EPS of the tiers refer to. */
export const TIER_MAX_PRIME = 60_000;

/** A disk that answers a random read faster than any arm can move is not a rotating one, whatever its flag says. */
const SOLID_STATE_MILLIS = 1.5;

/** Null when neither the flag nor a latency is known. */
export function isSolidState(facts: MachineFacts, disk: DiskResult | null): boolean | null {
  if (disk?.randomRead4k) return disk.randomRead4k.p50Millis < SOLID_STATE_MILLIS;
  return facts.diskRotational === null ? null : !facts.diskRotational;
}

/** Which tier the machine reaches, and for each requirement by how much it passes or fails. */
export function judge(profile: TierProfile, measured: Measured): Verdict {
  const asked = profile.tiers.map((tier) => ({ tier, requirements: requirementsOf(tier, measured) }));
  const all = asked.flatMap(({ requirements }) => requirements);
  // Where nothing at all was measured nothing is known; a tier that asks for nothing that was measured stands in nobody's way.
  const undecided = all.length > 0 && all.every(({ result }) => result === "not measured");
  const tiers = asked.map(({ tier, requirements }) => {
    const reached = !undecided && requirements.every(({ result }) => result !== "fail");
    return { name: tier.name, reached, eps: epsOf(tier, measured.cpu), requirements };
  });
  // A tier above a missed one would be a mistake in the profile, not a better machine.
  const missed = tiers.findIndex(({ reached }) => !reached);
  const top = missed < 0 ? tiers.length - 1 : missed - 1;
  const next = tiers[top + 1];
  const shown = tiers[Math.max(0, top)]?.requirements ?? [];
  const notMeasured = shown.filter(({ result }) => result === "not measured").map(({ name }) => name);
  return {
    tier: tiers[top]?.name ?? null,
    complete: notMeasured.length === 0,
    nextTier: next?.name ?? null,
    blocking: next?.requirements.filter(({ result }) => result === "fail").map(({ name }) => name) ?? [],
    notMeasured,
    tiers,
  };
}

/** Whether a machine reaches a tier as far as was measured; "unknown" if nothing was that this tier or one below it asks for. */
export function standing({ tiers }: Verdict, name: string): "reached" | "below" | "unknown" {
  const place = tiers.findIndex((tier) => tier.name === name);
  const results = tiers.slice(0, place + 1).flatMap(({ requirements }) => requirements.map(({ result }) => result));
  if (results.includes("fail")) return "below";
  return results.length === 0 || results.includes("pass") ? "reached" : "unknown";
}

function epsOf(tier: TierRequirements, cpu: CpuResult | null): number | null {
  // The rate means what the tiers mean by it at this limit only.
  if (cpu?.maxPrime !== TIER_MAX_PRIME) return null;
  return tier.processors !== null ? cpu.singleThreadEventsPerSecond * tier.processors : null;
}

function requirementsOf(tier: TierRequirements, { facts, areas, cpu, disk, bandwidth }: Measured): Requirement[] {
  const has = (area: Area, value: number | null) => (areas.includes(area) ? value : null);
  const list = [
    compare("processors", "count", tier.processors, has("cpu", facts.usableProcessors)),
    compare("eps", "eventsPerSecond", tier.eps, epsOf(tier, cpu)),
    compare("memory", "bytes", tier.memoryBytes, has("memory", facts.usableMemoryBytes)),
    compare("storage", "bytes", tier.storageBytes, has("disk", facts.diskBytes)),
    tier.solidState ? solidState(areas.includes("disk") ? isSolidState(facts, disk) : null) : null,
    compare("diskWrite", "bytesPerSecond", tier.diskWriteBytesPerSecond, disk?.writeFdatasync.bytesPerSecond ?? null),
    bandwidthRequirement(tier.bandwidthBitsPerSecond, bandwidth),
  ];
  return list.filter((entry) => entry !== null);
}

/** Tiers ask for it in both directions, so the slower one decides. */
function bandwidthRequirement(required: number | null, bandwidth: BandwidthResult): Requirement | null {
  if (bandwidth.status === "measured") {
    const { downloadBitsPerSecond, uploadBitsPerSecond } = bandwidth;
    return compare("bandwidth", "bitsPerSecond", required, Math.min(downloadBitsPerSecond, uploadBitsPerSecond));
  }
  const entry = compare("bandwidth", "bitsPerSecond", required, null);
  return entry && { ...entry, note: bandwidth.reason };
}

const ADVICE: Readonly<Record<Requirement["name"], string>> = {
  processors: "rent or give more processors; a container counts its limit",
  eps: "needs faster processors; make sure that nothing else runs and that the host is not overbooked",
  memory: "add memory, or raise the limit of the container",
  storage: "enlarge the disk under the data directory, or point --datadir at a larger one",
  solidState: "put the data directory on a solid-state disk",
  diskWrite: "needs a faster disk; ask the provider about limits on writing",
  bandwidth:
    "needs a faster line in both directions; ask the provider, and make sure that nothing else uses it while measuring",
};

function compare(
  name: Requirement["name"],
  unit: Requirement["unit"],
  required: number | null,
  measured: number | null,
): Requirement | null {
  if (required === null) return null;
  if (measured === null) return notMeasured(name, unit, required);
  const result = measured >= required ? "pass" : "fail";
  const note = result === "fail" ? ADVICE[name] : null;
  return { name, unit, required, measured, margin: measured / required - 1, result, note };
}

function solidState(measured: boolean | null): Requirement {
  if (measured === null) return notMeasured("solidState", "boolean", true);
  const shared = { name: "solidState", unit: "boolean", required: true, measured, margin: null } as const;
  return measured ? { ...shared, result: "pass", note: null } : { ...shared, result: "fail", note: ADVICE.solidState };
}

function notMeasured(name: Requirement["name"], unit: Requirement["unit"], required: number | boolean): Requirement {
  const left = "left out, or the measurement was not possible";
  const note = name === "eps" ? `${left}, or not with --max-prime ${TIER_MAX_PRIME}` : left;
  return { name, unit, required, measured: null, margin: null, result: "not measured", note };
}
