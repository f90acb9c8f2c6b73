import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpoint, NO_AUTOCHECKPOINT } from "../../../../src/chain/store/checkpoint.ts";
import { type Database, openDatabase } from "../../../../src/platform/sqlite/index.ts";

const PAGE = 4096;
const folder = mkdtempSync(join(tmpdir(), "fluxnode-checkpoint-"));
let database: Database | undefined;

afterEach(() => {
  database?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a log is copied back when it is long, with a turn before, and not earlier", () => {
  const path = join(folder, "log.db");
  const migrations = ["CREATE TABLE pages (id INTEGER PRIMARY KEY, bytes BLOB)"];
  const opened = openDatabase(path, { applicationId: 1, migrations, walAutocheckpoint: NO_AUTOCHECKPOINT });
  database = opened;
  const insert = opened.prepare("INSERT INTO pages (bytes) VALUES (?)");
  const write = (pages: number) =>
    opened.transaction(() => {
      for (let i = 0; i < pages; i++) insert.run(new Uint8Array(PAGE));
    })();
  const log = () => (opened.pragma("wal_checkpoint(NOOP)") as { log: number; checkpointed: number }[])[0];
  write(500);
  expect([...checkpoint(opened, path)]).toEqual([]);
  expect(log()?.checkpointed).toBe(0);
  write(2000);
  const length = log()?.log as number;
  expect(length).toBeGreaterThan(2000);
  expect([...checkpoint(opened, path)]).toEqual(["turn"]);
  expect(log()).toMatchObject({ log: length, checkpointed: length });
  // The next write begins the log anew, so it grows no further than by what one storage transaction writes.
  write(10);
  expect(log()?.log).toBeLessThan(100);
});
