import { z } from "zod";
import { sha256 } from "../../protocol/crypto/index.ts";

/** The protocol of the bandwidth test, version 1; docs/bench.md describes it. */
export const BANDWIDTH_PATHS = {
  challenge: "/bandwidth/v1/challenge",
  session: "/bandwidth/v1/session",
  stream: "/bandwidth/v1/stream",
} as const;

/** Length of the intervals in which a receiver counts. */
export const INTERVAL_MILLIS = 100;
/** Content of one message of test data. */
export const MESSAGE_BYTES = 16_384;
/** Longest frame that a client takes from a server. */
export const MAX_FRAME_BYTES = 1 << 20;
export const MAX_TEXT_BYTES = 16_384;

/** A second or so of work: the server asks for 16 bits, and a stranger must not keep a machine busy. */
const MAX_DIFFICULTY = 20;
const MAX_INTERVALS = 1000;
const text = (most: number) => z.string().min(1).max(most);
const amount = z.int().min(0);

/** What one session may do. */
export const sessionLimits = z.object({
  /** In one direction. */
  bytes: amount,
  /** In one direction. */
  milliseconds: amount,
  streams: z.int().min(1),
});
export type SessionLimits = z.infer<typeof sessionLimits>;

export const challenge = z.object({
  token: text(500).regex(/^[\w.-]+$/),
  /** Leading zero bits of the proof. */
  difficultyBits: z.int().min(0).max(MAX_DIFFICULTY),
  expiresSeconds: amount,
});
export type Challenge = z.infer<typeof challenge>;

/** Envelope of an answer. */
export const challengeAnswer = z.object({ status: z.literal("success"), data: challenge });
export const refusal = z.object({
  status: z.literal("error"),
  data: z.object({
    name: text(40),
    message: z.string().max(400),
    retryAfterSeconds: z.number().min(0).optional(),
  }),
});

/** From client to server, as JSON texts. */
export const clientMessage = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("ping"), number: amount }),
  z.strictObject({ op: z.literal("download"), milliseconds: z.int().min(1), bytes: z.int().min(1) }),
  z.strictObject({ op: z.literal("upload"), milliseconds: z.int().min(1), bytes: z.int().min(1) }),
  z.strictObject({ op: z.literal("stop") }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** From server to client, as JSON texts. */
export const serverMessage = z.discriminatedUnion("op", [
  z.object({ op: z.literal("welcome"), stream: text(200).regex(/^[\w.-]+$/), limits: sessionLimits }),
  z.object({ op: z.literal("pong"), number: amount }),
  /** Uploading may begin. */
  z.object({ op: z.literal("ready") }),
  /** Bytes that arrived in each interval since the first one came. */
  z.object({ op: z.literal("received"), intervals: z.array(amount).max(MAX_INTERVALS) }),
  z.object({ op: z.literal("failed"), reason: z.string().max(400) }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** Reads a message of the other side; null for anything that is none. */
export function parseMessage<T>(schema: z.ZodType<T>, data: string): T | null {
  try {
    return schema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

/** True if SHA-256 of the token, a colon and the proof begins with so many zero bits. */
export function isProof(token: string, proof: string, difficultyBits: number): boolean {
  const hash = sha256(new TextEncoder().encode(`${token}:${proof}`));
  for (let bit = 0; bit < difficultyBits; bit++) {
    if (((hash[bit >> 3] as number) & (0x80 >> (bit & 7))) !== 0) return false;
  }
  return true;
}

/** Looks for a proof; takes 2^difficultyBits hashes on average. */
export function findProof({ token, difficultyBits }: Challenge): string {
  for (let number = 0; ; number++) {
    if (isProof(token, `${number}`, difficultyBits)) return `${number}`;
  }
}
