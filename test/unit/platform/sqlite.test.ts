import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FluxError } from "../../../src/platform/index.ts";
import { type DatabaseOptions, openDatabase, withSqliteErrors } from "../../../src/platform/sqlite/index.ts";

const OPTIONS: DatabaseOptions = {
  applicationId: 0x666c7578,
  migrations: ["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"],
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fluxnode-sqlite-"));
  path = join(folder, "test.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FluxError) return error.code;
    throw error;
  }
  return "no error";
}

/** A closed database with enough rows to span many pages. */
function filledDatabase(): void {
  const database = openDatabase(path, OPTIONS);
  const insert = database.prepare("INSERT INTO note (text) VALUES (?)");
  database.transaction(() => {
    for (let i = 0; i < 500; i++) insert.run("x".repeat(200));
  })();
  database.close();
}

describe("openDatabase", () => {
  test("creates a private file in WAL mode and finds its content again", () => {
    filledDatabase();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const database = openDatabase(path, OPTIONS);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.prepare("SELECT count(*) FROM note").pluck().get()).toBe(500);
    expect(database.pragma("application_id", { simple: true })).toBe(OPTIONS.applicationId);
    database.close();
  });

  test("runs only the migrations that a file has not seen, each once", () => {
    filledDatabase();
    const migrations = [...OPTIONS.migrations, "ALTER TABLE note ADD COLUMN tag TEXT", "UPDATE note SET tag = 'old'"];
    const database = openDatabase(path, { ...OPTIONS, migrations });
    expect(database.pragma("user_version", { simple: true })).toBe(3);
    expect(database.prepare("SELECT count(*) FROM note WHERE tag = 'old'").pluck().get()).toBe(500);
    database.close();
  });

  test("a failing migration leaves the version and the content as they were", () => {
    filledDatabase();
    const migrations = [...OPTIONS.migrations, "DELETE FROM note; CREATE TABLE note (id)"];
    expect(codeOf(() => openDatabase(path, { ...OPTIONS, migrations }))).toBe("database-error");
    const database = openDatabase(path, OPTIONS);
    expect(database.pragma("user_version", { simple: true })).toBe(1);
    expect(database.prepare("SELECT count(*) FROM note").pluck().get()).toBe(500);
    database.close();
  });

  test("refuses a file that is no database and leaves it as it is", () => {
    for (const content of ["S", "SQLite format 3", "hello", `${"not a database ".repeat(1000)}`]) {
      writeFileSync(path, content);
      expect(codeOf(() => openDatabase(path, OPTIONS))).toBe("database-foreign");
      expect(readFileSync(path, "utf8")).toBe(content);
    }
  });

  test("refuses a database of another application and leaves it as it is", () => {
    filledDatabase();
    const before = readFileSync(path);
    expect(codeOf(() => openDatabase(path, { ...OPTIONS, applicationId: 7 }))).toBe("database-foreign");
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("refuses the schema of a newer program", () => {
    openDatabase(path, { ...OPTIONS, migrations: [...OPTIONS.migrations, "CREATE TABLE later (id)"] }).close();
    expect(codeOf(() => openDatabase(path, OPTIONS))).toBe("database-newer");
  });

  test("refuses a file that is cut off", () => {
    filledDatabase();
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const before = readFileSync(path);
    expect(codeOf(() => openDatabase(path, OPTIONS))).toBe("database-damaged");
    expect(readFileSync(path).equals(before)).toBe(true);
    truncateSync(path, 60);
    expect(["database-damaged", "database-foreign"]).toContain(codeOf(() => openDatabase(path, OPTIONS)));
  });

  test("says so when there is nothing to read, and creates nothing", () => {
    expect(codeOf(() => openDatabase(path, { ...OPTIONS, readonly: true }))).toBe("database-missing");
    expect(codeOf(() => openDatabase(path, { ...OPTIONS, create: false }))).toBe("database-missing");
    expect(codeOf(() => openDatabase(join(folder, "missing", "x.db"), OPTIONS))).toBe("file-not-found");
    expect(() => statSync(path)).toThrow();
    writeFileSync(path, "");
    expect(codeOf(() => openDatabase(path, { ...OPTIONS, create: false }))).toBe("database-missing");
  });

  test("a full disk is reported and rolls back", () => {
    const database = openDatabase(path, OPTIONS);
    database.pragma(`max_page_count = ${(database.pragma("page_count", { simple: true }) as number) + 2}`);
    const fill = database.transaction(() => {
      const insert = database.prepare("INSERT INTO note (text) VALUES (?)");
      for (let i = 0; i < 1000; i++) insert.run("x".repeat(1000));
    });
    expect(codeOf(() => withSqliteErrors(path, fill))).toBe("disk-full");
    expect(database.prepare("SELECT count(*) FROM note").pluck().get()).toBe(0);
    database.close();
  });

  test("two writers: the second is told that the file is in use", () => {
    const first = openDatabase(path, OPTIONS);
    const second = openDatabase(path, { ...OPTIONS, busyTimeoutMillis: 0 });
    first.exec("BEGIN IMMEDIATE");
    expect(codeOf(() => withSqliteErrors(path, () => second.exec("BEGIN IMMEDIATE")))).toBe("database-locked");
    first.exec("COMMIT");
    second.exec("BEGIN IMMEDIATE; COMMIT");
    first.close();
    second.close();
  });
});
