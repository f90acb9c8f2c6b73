import { closeSync, openSync } from "node:fs";
import { FluxError } from "../errors.ts";
import { fileError, OWNER_ONLY_FILE } from "../files.ts";
import { type Database, lockingDatabase, sqliteError } from "../sqlite/index.ts";

/**
 * Takes a lock that the operating system holds on a file (a POSIX record lock, through SQLite): it disappears with the process
 * however that ends, so there is no stale lock. The file stays.
 *
 * @returns what gives it free, which may be called again; null while another process holds it
 * @throws FluxError permission-denied, disk-full …
 */
export function takeFileLock(path: string): (() => void) | null {
  try {
    closeSync(openSync(path, "a", OWNER_ONLY_FILE));
  } catch (error) {
    throw fileError(error, "open", path);
  }
  let database: Database | undefined;
  try {
    database = lockingDatabase(path);
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const failure = sqliteError(error, path);
    if (failure instanceof FluxError && failure.code === "database-locked") return null;
    throw failure;
  }
  const held = database;
  return () => {
    if (held.open) held.close();
  };
}
