import type { Step } from "../../platform/index.ts";
import { type Database, withSqliteErrors } from "../../platform/sqlite/index.ts";

/** For databases whose log is copied back by {@link checkpoint}: by itself SQLite would do it inside a commit, which takes long enough. */
export const NO_AUTOCHECKPOINT = 0;

/** Pages in the log from which on it is copied back. */
const LOG_PAGES = 1000;

/**
 * Copies a long log back into its database, so that the log grows no further than by the next storage transaction.
 * @throws FluxError disk-full and the like; nothing is lost then
 */
export function* checkpoint(database: Database, path: string): Generator<Step> {
  const [log] = database.pragma("wal_checkpoint(NOOP)") as { readonly log: number }[];
  if (!log || log.log < LOG_PAGES) return;
  yield "turn";
  withSqliteErrors(path, () => database.pragma("wal_checkpoint(PASSIVE)"));
}
