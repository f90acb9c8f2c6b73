import type { Command } from "commander";
import { existingDataDirectory, resolveDataDirectory } from "../../platform/index.ts";
import { measurementText } from "../bench/measurement-text.ts";
import type { CommandLine, GlobalOptions } from "../command-line.ts";
import { table } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";

interface Options {
  readonly limit: string;
  readonly prometheus?: true;
}

export function addBenchHistoryCommand(parent: Command, line: CommandLine): void {
  parent
    .command("history")
    .description("list the benchmarks of this data directory, the newest first")
    .option("--limit <number>", "how many", "20")
    .option("--prometheus", "print the newest in the text format of Prometheus")
    .action(
      line.action<Options>(async ({ output, globals }, options) => {
        const limit = wholeNumber(options.limit, "--limit", 1, 1000);
        const runs = await withHistory(globals, (history) => history.list(options.prometheus ? 1 : limit));
        if (options.prometheus) {
          const { prometheusText } = await import("../../bench/index.ts");
          const text = runs[0] ? prometheusText(runs[0]) : "";
          return output.result({ prometheus: text }, () => text);
        }
        const { wasBusy } = await import("../../bench/index.ts");
        output.result(runs, () => (runs.length === 0 ? "no benchmarks yet" : historyTable(runs, wasBusy)));
      }),
    );
}

/** Opens the history for as long as `use` takes. @throws FluxError datadir-not-found, database-missing */
export async function withHistory<T>(
  globals: GlobalOptions,
  use: (history: import("../../bench/index.ts").BenchHistory) => T,
): Promise<T> {
  const directory = existingDataDirectory(resolveDataDirectory(globals.datadir), "main");
  const [{ BenchHistory }, { openNodeDatabase }] = await Promise.all([
    import("../../bench/index.ts"),
    import("../../node/index.ts"),
  ]);
  const database = openNodeDatabase(directory, false);
  try {
    return use(new BenchHistory(database));
  } finally {
    database.close();
  }
}

type Report = import("../../bench/index.ts").BenchReport;

function historyTable(runs: readonly Report[], wasBusy: (run: Report) => boolean): string {
  return table(
    ["ID", "TIME", "TIER", "PROFILE", "1 THREAD", "ALL THREADS", "DISK WRITE", "DOWN", "UP", "VERSION", ""],
    runs.map((run) => [
      `${run.id}`,
      run.time.slice(0, 16).replace("T", " "),
      run.verdict.tier ?? "none",
      run.profile.name,
      measurementText("eventsPerSecond", run.cpu?.singleThreadEventsPerSecond ?? null),
      measurementText("eventsPerSecond", run.cpu?.multiThreadEventsPerSecond ?? null),
      measurementText("bytesPerSecond", run.disk?.writeFdatasync.bytesPerSecond ?? null),
      bitRate(run.bandwidth, "downloadBitsPerSecond"),
      bitRate(run.bandwidth, "uploadBitsPerSecond"),
      run.programVersion,
      [run.indicative && "quick", run.scheduled && "scheduled", wasBusy(run) && "busy"].filter(Boolean).join(", "),
    ]),
  );
}

function bitRate(
  bandwidth: import("../../bench/index.ts").BandwidthResult,
  name: "downloadBitsPerSecond" | "uploadBitsPerSecond",
): string {
  return measurementText("bitsPerSecond", bandwidth.status === "measured" ? bandwidth[name] : null);
}
