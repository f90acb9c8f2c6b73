import type { JoinSplit, SaplingOutput, SaplingSpend } from "../primitives/index.ts";

/** The fields of a Sapling spend that its proof and signature cover: all. */
export type SpendDescription = SaplingSpend;

/** The fields of a Sapling output that its proof covers. */
export type OutputDescription = Omit<SaplingOutput, "encCiphertext" | "outCiphertext">;

/** The fields of a Sprout JoinSplit that its proof covers. */
export type JoinSplitDescription = Omit<JoinSplit, "ephemeralKey" | "ciphertexts">;
