import { z } from "zod";
import { FluxError } from "../../platform/index.ts";

const size = z.number().positive().max(1e18);

/** What a tier asks for; null where it asks for nothing. */
const tierRequirements = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_-]{0,31}$/),
  /** Processors as the operating system counts them (threads). */
  processors: z.int().positive().max(4096).nullable(),
  memoryBytes: size.nullable(),
  storageBytes: size.nullable(),
  solidState: z.boolean(),
  /** Events per second of one thread times `processors`. */
  eps: size.nullable(),
  diskWriteBytesPerSecond: size.nullable(),
  bandwidthBitsPerSecond: size.nullable(),
});

export const tierProfileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  description: z.string().max(1000),
  /** When these numbers were true, YYYY-MM-DD or less. */
  date: z.string().regex(/^\d{4}(-\d{2}){0,2}$/),
  sources: z.array(z.string().max(1000)).max(100),
  /** From the lowest to the highest. */
  tiers: z.array(tierRequirements).min(1).max(16),
});

export type TierRequirements = z.infer<typeof tierRequirements>;
export type TierProfile = z.infer<typeof tierProfileSchema>;

/**
 * Reads a profile from the text of a file.
 * @param path for messages
 * @throws FluxError profile-invalid
 */
export function parseTierProfile(text: string, path: string): TierProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : "it is not JSON");
  }
  const parsed = tierProfileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".");
    throw invalid(path, `${place ? `${place}: ` : ""}${issue?.message ?? "it does not fit"}`);
  }
  const names = parsed.data.tiers.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid(path, "two tiers have the same name");
  if (parsed.data.tiers.some(({ eps, processors }) => eps !== null && processors === null)) {
    throw invalid(path, "a tier with eps needs processors, by which the rate of one thread is multiplied");
  }
  return parsed.data;
}

function invalid(path: string, why: string): FluxError {
  return new FluxError("profile-invalid", `${path} is not a tier profile: ${why}`, {
    kind: "usage",
    hint: "docs/bench.md shows one; sizes are in bytes, speeds in bytes or bits per second",
  });
}
