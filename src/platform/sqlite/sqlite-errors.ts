import { FluxError } from "../errors.ts";

/** True for what SQLite throws when an operation fails (not for wrong use of its interface). */
export function isSqliteError(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_")
  );
}

/**
 * Turns an error of SQLite into a FluxError that names the file and says what to do; any other error is returned as it is.
 *
 * SQLite rolls back the transaction in which such an error happens, so the file holds what it held before.
 */
export function sqliteError(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) return error;
  // Extended codes (SQLITE_IOERR_WRITE) begin with the primary one.
  switch (/^SQLITE_[A-Z0-9]+/.exec(error.code)?.[0]) {
    case "SQLITE_NOTADB":
      return new FluxError("database-foreign", `${path} is not a database`, {
        hint: "move that file away, or choose another --datadir; it was left as it is",
        cause: error,
      });
    case "SQLITE_CORRUPT":
      return new FluxError("database-damaged", `the database ${path} is damaged or cut off (${error.message})`, {
        hint: "restore it from a copy, or move it away and let the node build it again; it was left as it is",
        cause: error,
      });
    case "SQLITE_FULL":
      return new FluxError("disk-full", `no space left for the database ${path}`, {
        hint: "free some space on that disk and run the command again; what was stored before is intact",
        cause: error,
      });
    case "SQLITE_READONLY":
    case "SQLITE_PERM":
    case "SQLITE_AUTH":
      return new FluxError("permission-denied", `the database ${path} cannot be written to`, {
        hint: "check the owner and the permissions of the file and of its directory, and that the disk is not read-only",
        cause: error,
      });
    case "SQLITE_CANTOPEN":
      return new FluxError("database-unavailable", `the database ${path} cannot be opened`, {
        hint: "check that the directory exists and that this user may read and write it",
        cause: error,
      });
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return new FluxError("database-locked", `the database ${path} is in use by another process`, {
        hint: "stop the other process, then run the command again",
        kind: "refused",
        cause: error,
      });
    case "SQLITE_IOERR":
      return new FluxError("disk-error", `reading or writing the database ${path} failed (${error.code})`, {
        hint: "look at the system log for errors of that disk",
        cause: error,
      });
    default:
      return new FluxError("database-error", `the database ${path} reports: ${error.message} (${error.code})`, {
        cause: error,
      });
  }
}

/** Runs a piece of work on a database and lets its errors appear as FluxErrors. */
export function withSqliteErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error, path);
  }
}
