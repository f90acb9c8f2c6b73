import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import { toDisplayHash } from "../../protocol/bytes/index.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { fields } from "../text-layout.ts";

interface ImportOptions {
  readonly index?: true;
}

const PROGRESS_MILLIS = 2000;

export function addChainImportCommand(parent: Command, line: CommandLine): void {
  parent
    .command("import")
    .description("check the blocks of a file and add them to the chain; an interrupted import goes on where it was")
    .argument(
      "<file>",
      "blocks in hex, one per line, or a bootstrap.dat; packed with gzip or not; - for standard input",
    )
    .option("--index", "make a new chain with the transaction, address, spent and timestamp indexes")
    .action(line.action<ImportOptions>(importFile));
}

async function importFile(context: CommandContext, options: ImportOptions & { readonly args: readonly string[] }) {
  const { output, globals } = context;
  const [node, { readBytes }] = await Promise.all([
    import("../../node/index.ts"),
    import("../../platform/byte-streams/index.ts"),
  ]);
  const interruption = new AbortController();
  context.onInterrupt(() => interruption.abort());
  const { signal } = interruption;
  const { root, params, settings } = await nodeOptions(globals, { index: options.index });
  const records = node.readBlockFile(readBytes(options.args[0] ?? "", signal), params.magic);
  // A file that cannot be read shall not leave a new data directory behind.
  const first = await records.next();
  const opened = await node.openChain({ params, root, create: true, indexes: settings.index });
  const start = opened.clock.monotonicMillis();
  const seconds = () => (opened.clock.monotonicMillis() - start) / 1000;
  const { chain } = opened;
  const onBlock = progress(context, () => chain.height, seconds);
  const report = await node.whileOpen(opened, async () => {
    const done = await node.importBlocks(chain, startingWith(first, records), { signal, onBlock });
    return { height: chain.height, hash: toDisplayHash(chain.tipHash), ...done };
  });
  const { refusal, unreadable, ...counts } = report;
  const result = { ...counts, seconds: Number(seconds().toFixed(3)), refusal: refusal && { ...refusal } };
  output.result({ ...result, interrupted: signal.aborted }, () =>
    fields([
      ["height", `${result.height}`],
      ["hash", result.hash],
      ["blocks read", `${result.blocks}`],
      ["connected", `${result.connected}`],
      ["known before", `${result.known}`],
      ["on side branches", `${result.sideBranch}`],
      ["seconds", result.seconds.toFixed(1)],
      ...(refusal ? ([["refused", `${refusal.place}: ${refusal.reason}`]] as const) : []),
    ]),
  );
  if (refusal) throw refusalError(refusal);
  if (unreadable) throw unreadable;
  if (signal.aborted) {
    throw new FluxError("interrupted", `interrupted after ${result.blocks} blocks; they are kept`, {
      kind: "interrupted",
      hint: "run the command again to go on",
    });
  }
}

async function* startingWith<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

type Refusal = NonNullable<import("../../node/index.ts").ImportReport["refusal"]>;

function refusalError({ place, hash, reason, rule }: Refusal): FluxError {
  if (hash === null) {
    return new FluxError("block-file-invalid", `${place}: ${reason}`, {
      hint: "the blocks before it were imported",
    });
  }
  return new FluxError("block-refused", `${place}: block ${hash} was refused: ${reason} (${rule})`, {
    hint:
      reason === "bad-prevblk"
        ? "its parent is not in the chain: are blocks missing, or is the file of another network?"
        : "the blocks before it were imported",
  });
}

/** Tells a person at a terminal every two seconds how far it is. */
function progress({ output, globals }: CommandContext, height: () => number, seconds: () => number) {
  if (globals.json || globals.quiet || !process.stderr.isTTY) return () => {};
  let last = { seconds: 0, blocks: 0 };
  return ({ blocks }: { readonly blocks: number }) => {
    const now = seconds();
    if ((now - last.seconds) * 1000 < PROGRESS_MILLIS) return;
    const speed = (blocks - last.blocks) / (now - last.seconds);
    output.note(`height ${height()}, ${speed.toFixed(speed < 10 ? 1 : 0)} blocks/s`);
    last = { seconds: now, blocks };
  };
}
