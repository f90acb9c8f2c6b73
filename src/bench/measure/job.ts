import { z } from "zod";

const peers = z.array(z.strictObject({ host: z.string(), port: z.int() }));

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
  z.strictObject({
    kind: z.literal("bandwidth"),
    parent: z.int(),
    peers,
    known: peers,
    wanted: z.int(),
    plan: z.strictObject({
      streams: z.int(),
      warmUpSeconds: z.number(),
      measuredSeconds: z.number(),
      pings: z.int(),
      patienceSeconds: z.number(),
    }),
    maxTrafficBytes: z.number().nullable(),
  }),
]);

export type Job = z.infer<typeof jobSchema>;

/** What it answers, one JSON line each. */
export type JobMessage =
  | { readonly step: string; readonly expectedSeconds: number }
  | { readonly result: unknown }
  | { readonly failure: { readonly code: string; readonly message: string } };
