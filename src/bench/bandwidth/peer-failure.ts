import { FluxError } from "../../platform/index.ts";

/** Why a peer gave no number, in words that follow its address. */
export class PeerFailure extends Error {
  /** When a busy peer wants to be asked again; null if it is not that. */
  readonly retryAfterSeconds: number | null;

  constructor(reason: string, retryAfterSeconds: number | null = null) {
    super(reason);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  "connection-refused": "it refuses connections",
  "connect-timeout": "no answer",
  "connection-closed": "it cut the connection off",
};
/** In the words of the system. */
const SYSTEM_WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "it refuses connections"],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no way to it"],
  [/ETIMEDOUT|no answer/, "no answer"],
  [/ECONNRESET|EPIPE|socket hang up/i, "it cut the connection off"],
];

/** Any error of a measurement as a sentence about the peer. */
export function reasonOf(error: unknown): string {
  if (error instanceof PeerFailure) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof FluxError ? WORDS[error.code] : undefined;
  return known ?? SYSTEM_WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}
