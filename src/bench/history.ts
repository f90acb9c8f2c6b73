import { FluxError } from "../platform/index.ts";
import { type Database, withSqliteErrors } from "../platform/sqlite/index.ts";
import { type BenchReport, benchReportSchema } from "./report.ts";

/** Table of the runs in node.db; released ones never change. */
export const BENCH_MIGRATION = `
  CREATE TABLE bench_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    program_version TEXT NOT NULL,
    workload_version INTEGER NOT NULL,
    report TEXT NOT NULL
  );
`;

const KEPT_RUNS = 1000;

/** Every run that was finished. */
export class BenchHistory {
  readonly #database: Database;

  /** @param database open, with {@link BENCH_MIGRATION} applied; it stays the caller's */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a report and returns it with its number. @throws FluxError disk-full … */
  add(report: BenchReport): BenchReport {
    return withSqliteErrors(this.#database.name, () => {
      const { lastInsertRowid } = this.#database
        .prepare("INSERT INTO bench_runs (time, program_version, workload_version, report) VALUES (?, ?, ?, ?)")
        .run(report.time, report.programVersion, report.workloadVersion, JSON.stringify(report));
      const id = Number(lastInsertRowid);
      this.#database.prepare("DELETE FROM bench_runs WHERE id <= ?").run(id - KEPT_RUNS);
      return { ...report, id };
    });
  }

  /** Like {@link add}; what cannot be kept is not lost, but returned without a number and with a warning. */
  keep(report: BenchReport): BenchReport {
    try {
      return this.add(report);
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      return { ...report, warnings: [...report.warnings, `not kept in the history: ${error.message}`] };
    }
  }

  /** The newest first, without those that this version of the program cannot read. */
  list(limit: number): BenchReport[] {
    const rows = this.#database
      .prepare<[number], Row>("SELECT id, report FROM bench_runs ORDER BY id DESC LIMIT ?")
      .all(limit);
    return rows.flatMap((row) => reportOf(row) ?? []);
  }

  /** @throws FluxError bench-run-not-found, bench-run-unreadable */
  get(id: number): BenchReport {
    const row = this.#database.prepare<[number], Row>("SELECT id, report FROM bench_runs WHERE id = ?").get(id);
    const report = row && reportOf(row);
    if (report) return report;
    if (report === null) {
      throw new FluxError("bench-run-unreadable", `benchmark ${id} cannot be read by this version of the program`, {
        hint: "it was made by another version, or is damaged",
      });
    }
    throw new FluxError("bench-run-not-found", `there is no benchmark ${id} in the history`, {
      kind: "not-found",
      hint: "`fluxnode bench history` lists them",
    });
  }
}

interface Row {
  readonly id: number;
  readonly report: string;
}

/** Null for what another version wrote, or what is damaged. */
function reportOf({ id, report }: Row): BenchReport | null {
  try {
    return { ...benchReportSchema.parse(JSON.parse(report)), id };
  } catch {
    return null;
  }
}
