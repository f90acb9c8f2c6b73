import type { Reject } from "../../protocol/rules/index.ts";

/** What became of a block that was handed in. */
export interface BlockOutcome {
  /** What was known of this hash before. */
  readonly known: "new" | "header" | "valid" | "invalid" | "stored";
  /** Broken rule that kept the block from being stored, or that connecting it found. */
  readonly reject: Reject | null;
  /** True if the block was connected (or refused while connecting), so that its verdict is complete. */
  readonly judged: boolean;
}
