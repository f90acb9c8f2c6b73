import type { Database, Statement } from "../../platform/sqlite/index.ts";

/** A row of two or three columns as they lie in the store. */
export type PlainRow = readonly (number | Uint8Array)[];

/** The tables of the chain's state that go into a snapshot as they are, each in the order of its key. */
const TABLES = {
  coins: { columns: ["txid", "record"], key: "txid" },
  nullifiers: { columns: ["pool", "nullifier"], key: "pool, nullifier" },
  anchors: { columns: ["pool", "root", "tree"], key: "pool, root" },
  nodes: { columns: ["outpoint", "record"], key: "outpoint" },
  delegates: { columns: ["outpoint", "record"], key: "outpoint" },
} as const;

export type PlainTable = keyof typeof TABLES;
export const PLAIN_TABLES = Object.keys(TABLES) as readonly PlainTable[];

/** Whole tables in and out. */
export class SnapshotRows {
  private readonly database: Database;
  private readonly inserts = new Map<PlainTable, Statement<unknown[]>>();

  constructor(database: Database) {
    this.database = database;
  }

  count(table: PlainTable): number {
    return this.database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  }

  *rows(table: PlainTable): Generator<PlainRow> {
    const { columns, key } = TABLES[table];
    const select = this.database.prepare<[], PlainRow>(`SELECT ${columns.join(", ")} FROM ${table} ORDER BY ${key}`);
    yield* select.raw().iterate();
  }

  insert(table: PlainTable, row: PlainRow): void {
    let statement = this.inserts.get(table);
    if (!statement) {
      const { columns } = TABLES[table];
      statement = this.database.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`);
      this.inserts.set(table, statement);
    }
    statement.run(...row);
  }
}
