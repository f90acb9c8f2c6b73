import { z } from "zod";

/** What the measuring process is told, as one JSON argument. */
export const jobSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cpu"), parent: z.int(), threads: z.int(), maxPrime: z.int(), seconds: z.number() }),
  z.strictObject({ kind: z.literal("memory"), parent: z.int(), bytes: z.int(), seconds: z.number() }),
  z.strictObject({
    kind: z.literal("disk"),
    parent: z.int(),
    path: z.string(),
    fileBytes: z.int(),
    sequentialSeconds: z.number(),
    randomSeconds: z.number(),
    syncSeconds: z.number(),
  }),
]);

export type Job = z.infer<typeof jobSchema>;

/** What it answers, one JSON line each. */
export type JobMessage =
  | { readonly step: string; readonly expectedSeconds: number }
  | { readonly result: unknown }
  | { readonly failure: { readonly code: string; readonly message: string } };
