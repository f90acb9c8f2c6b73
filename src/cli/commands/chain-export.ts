import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import { wholeNumber } from "../whole-number.ts";

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Blocks are public; other users may read them. */
const FILE_MODE = 0o644;

export function addChainExportCommand(parent: Command, line: CommandLine): void {
  parent
    .command("export")
    .description("write the blocks of the active chain to a file, one in hex per line")
    .argument("<file>", "file to write or replace; a name ending in .gz packs it; - for standard output")
    .option("--from <height>", "first block (default: 1)")
    .option("--to <height>", "last block (default: the tip)")
    .action(line.action<ExportOptions>(exportFile));
}

async function exportFile(context: CommandContext, options: ExportOptions & { readonly args: readonly string[] }) {
  const { output, globals } = context;
  const file = options.args[0] ?? "";
  const from = wholeNumber(options.from ?? "1", "--from");
  const wantedEnd = options.to === undefined ? undefined : wholeNumber(options.to, "--to");
  if (file === "-" && globals.json) {
    throw new FluxError("usage", "the blocks go to standard output, where --json would have its document", {
      kind: "usage",
      hint: "leave out --json, or name a file",
    });
  }
  const { writeChunks } = await import("../../platform/byte-streams/index.ts");
  const interruption = new AbortController();
  context.onInterrupt(() => interruption.abort());
  const { signal } = interruption;
  const result = await withChain(globals, async (access) => {
    const { exportLines, numberOf } = await import("../../node/index.ts");
    const tip = numberOf(await access.call("getblockcount", []));
    const to = wantedEnd ?? tip;
    checkRange(from, to, tip);
    const lines = exportLines(async (height) => String(await access.call("getblock", [String(height), 0])), from, to);
    const bytes = await writeChunks(file, lines, { mode: FILE_MODE, gzip: file.endsWith(".gz"), signal });
    return { file, from, to, blocks: Math.max(0, to - from + 1), bytes };
  });
  if (signal.aborted) throw new FluxError("interrupted", "the export was interrupted", { kind: "interrupted" });
  if (file !== "-") output.result(result, () => `wrote ${result.blocks} blocks (${result.bytes} bytes) to ${file}`);
}

function checkRange(from: number, to: number, tip: number): void {
  if (to > tip) {
    throw new FluxError("block-not-found", `there is no block ${to}: the chain ends at ${tip}`, { kind: "not-found" });
  }
  // A chain of the genesis block alone has nothing to export, which is no mistake.
  if (from > to + 1) {
    throw new FluxError("usage", `there are no blocks from ${from} to ${to}`, { kind: "usage" });
  }
}
