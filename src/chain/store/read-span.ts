import type { Database } from "../../platform/sqlite/index.ts";

/**
 * A stretch of time in which a database is only read. Outside of a transaction SQLite takes a lock for each statement and gives it
 * back, which costs more than most of the look-ups themselves.
 */
export class ReadSpan {
  private readonly database: Database;
  private readonly begin;
  private readonly commit;
  private open = false;

  constructor(database: Database) {
    this.database = database;
    this.begin = database.prepare("BEGIN");
    this.commit = database.prepare("COMMIT");
  }

  /** Lets `look` read under one lock, which is taken when it reads for the first time. */
  during<T>(look: () => T): T {
    if (this.database.inTransaction) return look();
    this.begin.run();
    this.open = true;
    try {
      return look();
    } finally {
      this.end();
    }
  }

  /** Has to be called before anything is written, since that takes a transaction of its own. */
  end(): void {
    if (!this.open) return;
    this.open = false;
    // A failed read may have ended the transaction already.
    if (this.database.inTransaction) this.commit.run();
  }
}
