import { FluxError } from "../../platform/index.ts";
import type { TierProfile } from "./tier-profile.ts";

const MEGABYTE = 1e6;
const MEBIBYTE = 2 ** 20;
const GIGABYTE = 1e9;
const GIBIBYTE = 2 ** 30;
const MEGABIT = 1e6;

export const DEFAULT_PROFILE = "operators-2026";

/** The profiles that come with the program. */
export const BUILT_IN_PROFILES: readonly TierProfile[] = [
  {
    name: "operators-2026",
    description:
      "What operators of today observe. The official limits are not published; these are very probably the ones in force.",
    date: "2026-09",
    sources: [
      "hardware check tool of the Flux team, 2023-08 to 2024-01: cores and threads, memory, SSD, EPS, write speed",
      "documentation of the Flux team: 4/8/16 threads, 8/32/64 GB, 220/440/880 GB SSD, 25/50/100 Mbit/s",
      "measurements of operators in September 2026: 7.0, 30.0 and 61.3 GiB reported memory pass",
      "dashboard of operators: threads, EPS, write speed, bandwidth",
    ],
    tiers: [
      tier("CUMULUS", 4, 7 * GIBIBYTE, 220 * GIGABYTE, true, 240, 180 * MEBIBYTE, 25 * MEGABIT),
      tier("NIMBUS", 8, 30 * GIBIBYTE, 440 * GIGABYTE, true, 640, 180 * MEBIBYTE, 50 * MEGABIT),
      tier("STRATUS", 16, 61 * GIBIBYTE, 880 * GIGABYTE, true, 1520, 400 * MEBIBYTE, 100 * MEGABIT),
    ],
  },
  {
    name: "whitepaper-2021",
    description: "The figures that are quoted for 2021. No primary source for the EPS values is known.",
    date: "2021",
    sources: [
      "figures quoted for 2021: 2/4/8 cores, 4/8/32 GB, 50/150/600 GB, 200/400 EPS, 160 MB/s, 25/50/50 Mbit/s",
      "resource constants of FluxOS since 2020-05: 20/40/80 tenths of a core, 3000/7000/30000 MB, 50/150/600 GB",
    ],
    tiers: [
      tier("CUMULUS", 2, 4 * GIGABYTE, 50 * GIGABYTE, false, null, null, 25 * MEGABIT),
      tier("NIMBUS", 4, 8 * GIGABYTE, 150 * GIGABYTE, true, 200, 160 * MEGABYTE, 50 * MEGABIT),
      tier("STRATUS", 8, 32 * GIGABYTE, 600 * GIGABYTE, true, 400, 160 * MEGABYTE, 50 * MEGABIT),
    ],
  },
];

function tier(
  name: string,
  processors: number,
  memoryBytes: number,
  storageBytes: number,
  solidState: boolean,
  eps: number | null,
  diskWriteBytesPerSecond: number | null,
  bandwidthBitsPerSecond: number,
) {
  return {
    name,
    processors,
    memoryBytes,
    storageBytes,
    solidState,
    eps,
    diskWriteBytesPerSecond,
    bandwidthBitsPerSecond,
  };
}

/** @throws FluxError profile-unknown */
export function builtInProfile(name: string): TierProfile {
  const found = BUILT_IN_PROFILES.find((profile) => profile.name === name);
  if (found) return found;
  throw new FluxError("profile-unknown", `there is no tier profile ${JSON.stringify(name)}`, {
    kind: "usage",
    hint: `choose ${BUILT_IN_PROFILES.map((profile) => profile.name).join(" or ")}, or give the path of a file (.json)`,
  });
}
