import { nextTurn } from "../../platform/index.ts";
import type { Database } from "../../platform/sqlite/index.ts";

/** Rows that are looked at in one go, so that nobody waits long. */
const BATCH = 5_000;

/** Which of the stored blocks builds on which: a table of its own for as long as it is needed, not in memory and not in the file. */
export class BlockChildren {
  private readonly database: Database;

  private readonly select;

  private constructor(database: Database) {
    this.database = database;
    this.select = database.prepare<[Uint8Array], Uint8Array>("SELECT hash FROM temp.children WHERE parent = ?").pluck();
  }

  /** Looks at the header of every block. */
  static async build(database: Database): Promise<BlockChildren> {
    database.exec("DROP TABLE IF EXISTS temp.children");
    database.exec("CREATE TEMP TABLE children (parent BLOB NOT NULL, hash BLOB NOT NULL)");
    // The hash of the parent comes after the version number (spec block-and-pow.md section 1).
    const copy = database.prepare<[number, number]>(
      "INSERT INTO temp.children SELECT substr(block, 5, 32), hash FROM blocks WHERE rowid > ? AND rowid <= ?",
    );
    const highest = database.prepare<[], number | null>("SELECT max(rowid) FROM blocks").pluck().get() ?? 0;
    for (let at = 0; at < highest; at += BATCH) {
      copy.run(at, at + BATCH);
      await nextTurn();
    }
    database.exec("CREATE INDEX temp.children_parent ON children (parent)");
    return new BlockChildren(database);
  }

  of(parent: Uint8Array): Uint8Array[] {
    return this.select.all(parent).map((hash) => new Uint8Array(hash));
  }

  drop(): void {
    this.database.exec("DROP TABLE IF EXISTS temp.children");
  }
}
