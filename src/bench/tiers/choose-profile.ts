import { readTextFile } from "../../platform/index.ts";
import { builtInProfile } from "./built-in-profiles.ts";
import { parseTierProfile, type TierProfile } from "./tier-profile.ts";

const MAX_PROFILE_SIZE = 1_000_000;

/**
 * A built-in profile by its name, or one of a file by its path, which has a slash in it or ends in ".json".
 * @throws FluxError profile-unknown, profile-invalid, not-found …
 */
export function chooseTierProfile(nameOrPath: string): TierProfile {
  if (!nameOrPath.includes("/") && !nameOrPath.endsWith(".json")) return builtInProfile(nameOrPath);
  return parseTierProfile(readTextFile(nameOrPath, MAX_PROFILE_SIZE), nameOrPath);
}
