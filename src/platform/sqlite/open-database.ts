import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { FluxError, systemErrorCode } from "../errors.ts";
import { fileError, OWNER_ONLY_FILE } from "../files.ts";
import { sqliteAddon } from "./sqlite-addon.ts";
import { sqliteError } from "./sqlite-errors.ts";

export type Database = BetterSqlite3.Database;
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = BetterSqlite3.Statement<
  Parameters,
  Row
>;

/**
 * One step of a schema: SQL, or a function for what SQL cannot say. It runs inside a transaction together with the
 * change of the version number.
 */
export type Migration = string | ((database: Database) => void);

export interface DatabaseOptions {
  /** 32-bit number in the file that tells one kind of database from another; never 0. */
  readonly applicationId: number;
  /** All steps ever made, oldest first. The schema version is the number of steps; released steps never change. */
  readonly migrations: readonly Migration[];
  /**
   * How much survives a power cut. In WAL mode no level can damage the file: with "normal" (the default) the last commits may
   * be lost, with "full" a returned commit is on the disk.
   */
  readonly synchronous?: "off" | "normal" | "full" | "extra" | undefined;
  /** Opens without changing anything; the file must exist and have the current schema. */
  readonly readonly?: boolean | undefined;
  /** False: a missing or empty file is an error (kind "not-found"). Default true. */
  readonly create?: boolean | undefined;
  /** Page size in bytes of a new database, a power of two from 512 to 65536. */
  readonly pageSize?: number | undefined;
  /** Page cache in KiB. */
  readonly cacheKib?: number | undefined;
  /** Bytes of the file that are read through the page cache of the system without copying. Default 0. */
  readonly mmapBytes?: number | undefined;
  /** Pages in the write-ahead log after which it is copied back. Default: SQLite's 1000. */
  readonly walAutocheckpoint?: number | undefined;
  /** How long to wait for another process's lock, milliseconds. Default 2000. */
  readonly busyTimeoutMillis?: number | undefined;
  /** All integers are read as bigint. Default false: use it per statement where values exceed 2^53. */
  readonly safeIntegers?: boolean | undefined;
}

const MAGIC = "SQLite format 3\0";

/**
 * Opens (or creates, mode 0600) a database in WAL mode and brings its schema up to date.
 *
 * A file that is not ours is refused before anything is written to it. Every file may be opened by one thread only: each
 * thread loads a SQLite of its own, and closing a file in one would drop the file locks of the other.
 *
 * @param path absolute path, or ":memory:"
 * @throws FluxError database-foreign (not a database, or of another application), database-damaged (cut off, corrupt),
 *   database-newer, database-missing, database-locked, database-unavailable, disk-full, permission-denied
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const inMemory = path === ":memory:";
  if (!inMemory) prepareFile(path, options);
  let database: Database | undefined;
  try {
    database = new BetterSqlite3(path, {
      // The published types know only paths here.
      nativeBinding: sqliteAddon() as unknown as string,
      readonly: options.readonly ?? false,
      timeout: options.busyTimeoutMillis ?? 2000,
    });
    const version = checkIdentity(database, path, options);
    configure(database, options);
    if (!options.readonly) migrate(database, version, options);
    if (options.safeIntegers) database.defaultSafeIntegers(true);
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, path);
  }
}

/** Looks at the first bytes before SQLite does, because SQLite takes a file shorter than its header for an empty database. */
function prepareFile(path: string, options: DatabaseOptions): void {
  const writable = !options.readonly;
  const create = writable && options.create !== false;
  let descriptor: number;
  try {
    descriptor = openSync(path, create ? "a+" : writable ? "r+" : "r", OWNER_ONLY_FILE);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" && !create) throw missing(path);
    throw fileError(error, "open", path);
  }
  try {
    const head = new Uint8Array(MAGIC.length + 2);
    const length = readSync(descriptor, head, 0, head.length, 0);
    if (length === 0 && create) return;
    if (length === 0) throw missing(path);
    if (String.fromCharCode(...head.subarray(0, Math.min(length, MAGIC.length))) !== MAGIC) {
      throw new FluxError("database-foreign", `${path} is not a database`, {
        hint: "move that file away, or choose another --datadir; it was left as it is",
      });
    }
    if (isCutInsidePage(fstatSync(descriptor).size, head, path)) {
      throw new FluxError("database-damaged", `the database ${path} is cut off`, {
        hint: "restore it from a copy, or move it away and let the node build it again; it was left as it is",
      });
    }
  } catch (error) {
    throw error instanceof FluxError ? error : fileError(error, "read", path);
  } finally {
    closeSync(descriptor);
  }
}

/** SQLite reads zeros where the last page is cut off. Only a log beside the file may hold the rest of it. */
function isCutInsidePage(size: number, head: Uint8Array, path: string): boolean {
  const field = new DataView(head.buffer).getUint16(MAGIC.length);
  const pageSize = field === 1 ? 65_536 : field;
  return size % pageSize !== 0 && !((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0);
}

function missing(path: string): FluxError {
  return new FluxError("database-missing", `there is no database ${path}`, {
    hint: "check --datadir and --network",
    kind: "not-found",
  });
}

/** Returns the schema version; 0 means a new, empty database. */
function checkIdentity(database: Database, path: string, options: DatabaseOptions): number {
  const applicationId = database.pragma("application_id", { simple: true }) as number;
  const version = database.pragma("user_version", { simple: true }) as number;
  const objects = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() as number;
  const blank = applicationId === 0 && version === 0 && objects === 0;
  if (blank) {
    if (options.readonly || options.create === false) throw missing(path);
    return 0;
  }
  if (applicationId !== options.applicationId) {
    throw new FluxError("database-foreign", `${path} is a database of another program or another kind`, {
      hint: "move that file away, or choose another --datadir; it was left as it is",
    });
  }
  const current = options.migrations.length;
  if (version > current) {
    throw new FluxError(
      "database-newer",
      `${path} was written by a newer fluxnode (schema ${version}, this one knows ${current})`,
      {
        hint: "use the newer fluxnode, or another --datadir; the file was left as it is",
        kind: "refused",
      },
    );
  }
  if (options.readonly && version < current) {
    throw new FluxError("database-older", `${path} has an older schema (${version}, this fluxnode needs ${current})`, {
      hint: "start the node once, it brings the file up to date",
      kind: "refused",
    });
  }
  return version;
}

function configure(database: Database, options: DatabaseOptions): void {
  if (!options.readonly) {
    if (options.pageSize !== undefined) database.pragma(`page_size = ${options.pageSize}`);
    database.pragma("journal_mode = WAL");
    database.pragma(`synchronous = ${options.synchronous ?? "normal"}`);
    if (options.walAutocheckpoint !== undefined) database.pragma(`wal_autocheckpoint = ${options.walAutocheckpoint}`);
  }
  if (options.cacheKib !== undefined) database.pragma(`cache_size = -${options.cacheKib}`);
  if (options.mmapBytes !== undefined) database.pragma(`mmap_size = ${options.mmapBytes}`);
}

function migrate(database: Database, version: number, options: DatabaseOptions): void {
  options.migrations.slice(version).forEach((migration, index) => {
    database
      .transaction(() => {
        if (typeof migration === "string") database.exec(migration);
        else migration(database);
        if (version + index === 0) database.pragma(`application_id = ${options.applicationId}`);
        database.pragma(`user_version = ${version + index + 1}`);
      })
      .immediate();
  });
}

/**
 * Opens a file for its lock alone: no schema, no log files beside it, no waiting. Only `instance-lock/` needs it.
 */
export function lockingDatabase(path: string): Database {
  return new BetterSqlite3(path, { nativeBinding: sqliteAddon() as unknown as string, timeout: 0 });
}

/** Version of the SQLite library, e.g. "3.54.1". */
export function sqliteVersion(): string {
  const database = new BetterSqlite3(":memory:", { nativeBinding: sqliteAddon() as unknown as string });
  try {
    return database.prepare("SELECT sqlite_version()").pluck().get() as string;
  } finally {
    database.close();
  }
}
