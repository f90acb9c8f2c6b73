import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import { fromDisplayHash, toDisplayHash, toHex } from "../../protocol/bytes/index.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { nodeOptions, withChain } from "../node-options.ts";
import type { JsonValue } from "../output.ts";
import { fields } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";

interface SnapshotOptions {
  readonly args: readonly string[];
  readonly height?: string;
  readonly blockHash?: string;
  readonly blocks?: string;
}

/** What a snapshot holds is public; other users may read it. */
const FILE_MODE = 0o644;
const FILE = "<file>";

export function addChainSnapshotCommand(parent: Command, line: CommandLine): void {
  const group = parent.command("snapshot").description("the state of the chain at a height in one file");
  group
    .command("create")
    .description("write the state of the stored chain to a file; no node may run on the data directory")
    .argument(FILE, "file to write or replace")
    .option("--height <height>", "at most 100 below the tip (default: the tip)")
    .action(line.action<SnapshotOptions>(create));
  group
    .command("verify")
    .description("check that a snapshot is whole, of this network and agrees with itself; no data directory is needed")
    .argument(FILE, "snapshot to read")
    .option("--blocks <file>", "validate these blocks from genesis on and compare the state with the snapshot")
    .action(line.action<SnapshotOptions>(verify));
  group
    .command("load")
    .description("make a new chain from a snapshot")
    .argument(FILE, "snapshot to read")
    .option("--block-hash <hash>", "the block that the snapshot must end with; needed on the main network")
    .action(line.action<SnapshotOptions>(load));
}

function interruption(context: CommandContext): AbortSignal {
  const controller = new AbortController();
  context.onInterrupt(() => controller.abort());
  return controller.signal;
}

function interrupted(): FluxError {
  return new FluxError("interrupted", "interrupted; nothing was changed", { kind: "interrupted" });
}

async function unlessInterrupted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  }
}

type Head = import("../../chain/index.ts").SnapshotHead;

function summary(head: Head, digest: Uint8Array) {
  return {
    height: head.height,
    hash: toDisplayHash(head.blockHash),
    coinsHash: toDisplayHash(head.coinsHash),
    transactions: head.counts.coins,
    nodes: head.counts.nodes,
    sha256: toHex(digest),
  };
}

function print({ output }: CommandContext, result: Readonly<Record<string, string | number | boolean>>): void {
  output.result(result as JsonValue, () =>
    fields(Object.entries(result).map(([name, value]) => [name, `${value}`] as const)),
  );
}

async function create(context: CommandContext, { args: [file = ""], height }: SnapshotOptions) {
  const wanted = height === undefined ? null : wholeNumber(height, "--height");
  if (file === "-")
    throw new FluxError("usage", "a snapshot goes to a file, not to standard output", { kind: "usage" });
  const { writeChunks } = await import("../../platform/byte-streams/index.ts");
  const signal = interruption(context);
  const written = await unlessInterrupted(signal, () =>
    withChain(context.globals, async ({ chain }) => {
      if (!chain) {
        throw new FluxError("node-running", "a node runs on this data directory", {
          kind: "refused",
          hint: "stop it with `fluxnode stop` first",
        });
      }
      return chain.writeSnapshot(wanted, (content) =>
        writeChunks(file, content, { mode: FILE_MODE, gzip: true, signal }),
      );
    }),
  );
  print(context, { file, ...summary(written.head, written.digest), bytes: written.sunk });
}

async function verify(context: CommandContext, { args: [file = ""], blocks }: SnapshotOptions) {
  const [{ checkSnapshot }, { readBytes }, { params }] = await Promise.all([
    import("../../chain/index.ts"),
    import("../../platform/byte-streams/index.ts"),
    nodeOptions(context.globals),
  ]);
  const signal = interruption(context);
  await unlessInterrupted(signal, async () => {
    const { head, digest, sections } = await checkSnapshot(params, readBytes(file, signal));
    if (blocks !== undefined) {
      const { verifyHistory } = await import("../../node/index.ts");
      await verifyHistory({ params, blocks, head, sections, signal });
    }
    print(context, { file, ...summary(head, digest), historyValidated: blocks !== undefined });
  });
}

async function load(context: CommandContext, { args: [file = ""], blockHash }: SnapshotOptions) {
  if (file === "-") throw new FluxError("usage", "a snapshot is read twice, so it must be a file", { kind: "usage" });
  if (blockHash !== undefined && !/^[0-9a-f]{64}$/i.test(blockHash)) {
    throw new FluxError("usage", "--block-hash expects 64 hex digits", { kind: "usage" });
  }
  const trusted = blockHash === undefined ? null : fromDisplayHash(blockHash.toLowerCase());
  const [{ loadSnapshotFile }, { params, root }] = await Promise.all([
    import("../../node/index.ts"),
    nodeOptions(context.globals),
  ]);
  const signal = interruption(context);
  const { head, digest } = await unlessInterrupted(signal, () =>
    loadSnapshotFile({ params, root, file, trusted, signal }),
  );
  print(context, { file, ...summary(head, digest), historyValidated: false });
}
