import type { SnapshotReport } from "../node/index.ts";

/** One line on the snapshot that a chain began with. */
export function snapshotText({ height, validated, validatedHeight, problem }: SnapshotReport): string {
  if (problem !== null) return `height ${height}, wrong: ${problem}`;
  if (validated) return `height ${height}, history validated`;
  if (validatedHeight === null) return `height ${height}, history not validated`;
  const share = ((100 * validatedHeight) / height).toFixed(1);
  return `height ${height}, history validated to ${validatedHeight} (${share} %)`;
}
