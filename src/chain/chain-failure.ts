import { FluxError } from "../platform/index.ts";
import { sqliteError } from "../platform/sqlite/index.ts";
import { DecodeError } from "../protocol/bytes/index.ts";

const HINT =
  "nothing more is written; `fluxnode chain verify` says how far the stored chain is good. Restore the data directory from a copy, or " +
  "move chain.db away: the next start builds it again from blocks.db. If that fails, too, move both away";

/**
 * What made work on the chain fail, as an error that says what to do. No rule foresees it, so either the store cannot be used or
 * holds what this program never wrote, or the program is wrong.
 * @param path of chain.db
 */
export function chainFailure(error: unknown, path: string): FluxError {
  const known = sqliteError(error, path);
  if (known instanceof FluxError) return known;
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof DecodeError) {
    return new FluxError("chain-damaged", `a record in ${path} cannot be read: ${what}`, { hint: HINT, cause: error });
  }
  return new FluxError("chain-inconsistent", `the chain in ${path} contradicts itself: ${what}`, {
    hint: HINT,
    cause: error,
  });
}

/** What a reader threw: its own errors as they are, those of the store as {@link chainFailure} gives them. */
export function readFailure(error: unknown, path: string): unknown {
  return error instanceof DecodeError ? chainFailure(error, path) : sqliteError(error, path);
}
