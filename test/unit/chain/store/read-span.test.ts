import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReadSpan } from "../../../../src/chain/store/read-span.ts";
import { type Database, openDatabase } from "../../../../src/platform/sqlite/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxnode-span-"));
let database: Database;

beforeAll(() => {
  database = openDatabase(join(folder, "span.db"), {
    applicationId: 1,
    migrations: ["CREATE TABLE numbers (n INTEGER PRIMARY KEY)"],
  });
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const count = () => database.prepare<[], number>("SELECT count(*) FROM numbers").pluck().get();
const add = () => database.exec("INSERT INTO numbers DEFAULT VALUES");

test("reads belong together, one span within another included, and leave nothing behind", () => {
  const span = new ReadSpan(database);
  const seen = span.during(() => [database.inTransaction, span.during(count), database.inTransaction]);
  expect(seen).toEqual([true, 0, true]);
  expect(database.inTransaction).toBe(false);
});

test("what is thrown comes out, and the span is over", () => {
  const span = new ReadSpan(database);
  const broken = () =>
    span.during(() => {
      count();
      throw new Error("broken");
    });
  expect(broken).toThrow("broken");
  expect(database.inTransaction).toBe(false);
  expect(span.during(count)).toBe(0);
});

test("whoever writes in the middle ends it, and is read afterwards", () => {
  const span = new ReadSpan(database);
  const seen = span.during(() => {
    const before = count();
    span.end();
    database.exec("BEGIN IMMEDIATE");
    add();
    database.exec("COMMIT");
    return [before, count()];
  });
  expect(seen).toEqual([0, 1]);
  expect(database.inTransaction).toBe(false);
});

test("a transaction that writes goes on after reading in it", () => {
  const span = new ReadSpan(database);
  database.exec("BEGIN IMMEDIATE");
  add();
  expect(span.during(count)).toBe(2);
  expect(database.inTransaction).toBe(true);
  database.exec("ROLLBACK");
  expect(count()).toBe(1);
});
