import type { ErrorKind } from "./errors.ts";

/** Exit codes of every command: a contract with scripts, never renumber. 3 is left free, shells and tools use it variously. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 4,
  refused: 5,
  unreachable: 6,
  notReady: 7,
  belowTier: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  failed: EXIT.failed,
  usage: EXIT.usage,
  "not-found": EXIT.notFound,
  refused: EXIT.refused,
  unreachable: EXIT.unreachable,
  "not-ready": EXIT.notReady,
  "below-tier": EXIT.belowTier,
  interrupted: EXIT.interrupted,
};

export function exitCodeOf(kind: ErrorKind): ExitCode {
  return EXIT_OF_KIND[kind];
}
