import type { Command } from "commander";
import { createDataDirectory, EXIT, FluxError, resolveDataDirectory } from "../../platform/index.ts";
import type { BandwidthFlags } from "../bench/bandwidth-flags.ts";
import { COMMIT, VERSION } from "../build-info.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { wholeNumber } from "../whole-number.ts";
import { addBenchCompareCommand } from "./bench-compare.ts";
import { addBenchHistoryCommand } from "./bench-history.ts";
import { addBenchMeasureCommand } from "./bench-measure.ts";

interface Options extends BandwidthFlags {
  readonly tier?: string;
  readonly profile?: string;
  readonly only?: string;
  readonly threads?: string;
  readonly maxPrime: string;
  readonly time?: string;
  readonly quick?: true;
}

/** What was not measured says nothing about the machine, neither that it is good nor that it is below a tier. */
const EXIT_OF_STANDING = { reached: EXIT.ok, below: EXIT.belowTier, unknown: EXIT.failed } as const;

const NO_LIST = "no peers are known: the node of this data directory does not answer; name one with --peer host:port";

export function addBenchCommand(parent: Command, line: CommandLine): void {
  const bench = parent
    .command("bench")
    .description("measure this machine, say which tier it is eligible for and what it misses")
    .option("--tier <name>", "exit code 8 if the machine is below this tier in anything that was measured")
    .option("--profile <name|file>", "the tiers: operators-2026 (default), whitepaper-2021, or a file (.json)")
    .option("--only <areas>", "comma-separated: cpu, memory, disk, bandwidth")
    .option("--threads <number>", "threads of the second processor run (default: those that can be used)")
    .option("--max-prime <number>", "upper limit of the prime search, as in sysbench", "60000")
    .option("--time <seconds>", "length of each processor run (default: 20, with --quick 3)")
    .option("--peer <host:port>", "measure bandwidth with this fluxnode (its API port); may be repeated", repeated)
    .option("--streams <number>", "connections at once in each direction, to measure bandwidth", "4")
    .option("--max-traffic <bytes>", "limit of the test data for bandwidth in all, like 500M (default: none)")
    .option("--quick", "below 30 seconds; the result is only indicative")
    .action(line.action<Options>(measureMachine));
  addBenchHistoryCommand(bench, line);
  addBenchCompareCommand(bench, line);
  addBenchMeasureCommand(bench, line);
}

/** An option that may come several times. */
function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function measureMachine({ output, globals, onInterrupt }: CommandContext, options: Options) {
  const bench = await import("../../bench/index.ts");
  const threads = options.threads === undefined ? undefined : wholeNumber(options.threads, "--threads", 1, 1024);
  const maxPrime = wholeNumber(options.maxPrime, "--max-prime", 3, 10_000_000);
  const cpuSeconds = options.time === undefined ? undefined : wholeNumber(options.time, "--time", 1, 3600);
  const { bandwidthOptions, checkedBandwidthFlags } = await import("../bench/bandwidth-flags.ts");
  const bandwidthFlags = await checkedBandwidthFlags(options);
  const areas = chosenAreas(options.only, bench.AREAS);
  const profile = bench.chooseTierProfile(options.profile ?? bench.DEFAULT_PROFILE);
  const tier = chosenTier(
    options.tier,
    profile.tiers.map(({ name }) => name),
  );
  const { chooseNetwork, openNodeDatabase } = await import("../../node/index.ts");
  // Of the chain that peers are looked for in; a name that does not exist is wrong whatever is measured.
  if (globals.network !== undefined) chooseNetwork(globals.network);

  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  const directory = createDataDirectory(resolveDataDirectory(globals.datadir), "main");
  const [{ progressLine }, { peersInTime }] = await Promise.all([
    import("../bench/progress-line.ts"),
    import("../bench/peers-in-time.ts"),
  ]);
  const endTurn = bench.takeBenchmarkTurn(directory);
  const database = openNodeDatabase(directory);
  const progress = progressLine(output.settings);
  try {
    const nobody = { ...bandwidthFlags, known: [], whyNone: NO_LIST };
    const bandwidth = areas.includes("bandwidth")
      ? await peersInTime(bandwidthOptions(globals, bandwidthFlags), nobody, stop.signal)
      : nobody;
    const report = await bench.runBenchmark(
      {
        directory: directory.networkFolder,
        profile,
        areas,
        quick: options.quick === true,
        threads,
        maxPrime,
        cpuSeconds,
        bandwidth,
        programVersion: VERSION,
        programCommit: COMMIT,
      },
      progress.step,
      stop.signal,
    );
    progress.end();
    const kept = new bench.BenchHistory(database).keep(report);
    const { reportText } = await import("../bench/report-text.ts");
    output.result(kept, () => reportText(kept, tier));
    return tier === undefined ? EXIT.ok : EXIT_OF_STANDING[bench.standing(kept.verdict, tier)];
  } finally {
    progress.end();
    database.close();
    endTurn();
  }
}

function chosenAreas<Area extends string>(text: string | undefined, all: readonly Area[]): readonly Area[] {
  if (text === undefined) return all;
  const names = text.split(",");
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown === undefined) return all.filter((area) => names.includes(area));
  throw new FluxError("usage", `--only knows ${all.join(", ")}, not ${JSON.stringify(unknown)}`, { kind: "usage" });
}

function chosenTier(text: string | undefined, names: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  const wanted = text.toUpperCase();
  if (names.includes(wanted)) return wanted;
  throw new FluxError("usage", `--tier knows ${names.join(", ")}, not ${JSON.stringify(text)}`, { kind: "usage" });
}
