/** What is told of the snapshot that a chain began with. */
export interface SnapshotReport {
  readonly height: number;
  /** The blocks below were validated here and lead to it. */
  readonly validated: boolean;
  /** Blocks below are validated up to here; null while that is not known, for instance because no node runs. */
  readonly validatedHeight: number | null;
  /** What is wrong with it; null if nothing was found. */
  readonly problem: string | null;
}

/** Reads what a node says of its snapshot; null for a node that did not begin with one. */
export function snapshotReport(value: unknown): SnapshotReport | null {
  if (typeof value !== "object" || value === null) return null;
  const { height, validated, validatedHeight, problem } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(height)) return null;
  return {
    height: height as number,
    validated: validated === true,
    validatedHeight: Number.isSafeInteger(validatedHeight) ? (validatedHeight as number) : null,
    problem: typeof problem === "string" ? problem : null,
  };
}
