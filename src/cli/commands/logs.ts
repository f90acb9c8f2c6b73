import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { wholeNumber } from "../whole-number.ts";

interface LogsOptions {
  readonly follow?: true;
  readonly lines: string;
}

const MAX_LINES = 1_000_000;

export function addLogsCommand(parent: Command, line: CommandLine): void {
  parent
    .command("logs")
    .description("print the end of the node's log, whether it runs or not")
    .option("-f, --follow", "go on with what is added, until SIGINT")
    .option("-n, --lines <lines>", "how many lines to begin with", "50")
    .action(line.action<LogsOptions>(logs));
}

async function logs({ output, globals, onInterrupt }: CommandContext, options: LogsOptions): Promise<void> {
  const count = wholeNumber(options.lines, "--lines", 0, MAX_LINES);
  if (options.follow && globals.json) {
    throw new FluxError("usage", "--json gives one document, and --follow has no end", {
      kind: "usage",
      hint: "set log-format=json for a log whose every line is JSON",
    });
  }
  const [{ logFileOf }, { followFile, lastLines }, { root, params }] = await Promise.all([
    import("../../node/index.ts"),
    import("../../platform/log-tail/index.ts"),
    nodeOptions(globals),
  ]);
  const path = logFileOf(root, params.name);
  const { bytes, end } = lastLines(path, count);
  if (globals.json) {
    const lines = Buffer.from(bytes)
      .toString("utf8")
      .split("\n")
      .filter((text) => text !== "");
    return output.result({ path, lines }, () => "");
  }
  output.stream(bytes);
  if (!options.follow) return;
  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  await followFile(path, end, (more) => output.stream(more), stop.signal);
}
