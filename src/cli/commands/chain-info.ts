import type { Command } from "commander";
import type { ChainAccess, ExactJson, ExactJsonObject, SnapshotReport } from "../../node/index.ts";
import type { CommandLine } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import type { JsonValue } from "../output.ts";
import { snapshotText } from "../snapshot-text.ts";
import { fields } from "../text-layout.ts";

export function addChainInfoCommand(parent: Command, line: CommandLine): void {
  parent
    .command("info")
    .description("tell how far the chain is and how much room it takes")
    .action(
      line.action(async ({ output, globals }) => {
        const info = await withChain(globals, chainInfo);
        output.result(info as unknown as JsonValue, () =>
          fields(
            Object.entries(info).map(
              ([name, value]) => [name, name === "snapshot" ? snapshotOf(value) : textOf(value)] as const,
            ),
          ),
        );
      }),
    );
}

async function chainInfo(access: ChainAccess, network: string): Promise<Record<string, ExactJson>> {
  const chain = (await access.call("getblockchaininfo", [])) as ExactJsonObject;
  const hash = String(chain.bestblockhash);
  const header = (await access.call("getblockheader", [hash, true])) as ExactJsonObject;
  return {
    network,
    height: chain.blocks ?? null,
    hash,
    time: header.time ?? null,
    headers: chain.headers ?? null,
    chainWork: chain.chainwork ?? null,
    difficulty: chain.difficulty ?? null,
    sizeOnDisk: chain.size_on_disk ?? null,
    indexes: await hasIndexes(access),
    pruned: chain.pruned ?? null,
    pruneHeight: chain.pruneheight ?? null,
    snapshot: (await access.snapshot()) as ExactJson,
    nodeRunning: access.running,
  };
}

/** An empty question that only a chain with indexes answers. */
async function hasIndexes(access: ChainAccess): Promise<boolean> {
  const { RpcError } = await import("../../server/rpc/index.ts");
  try {
    await access.call("getblockhashes", [0, 0]);
    return true;
  } catch (error) {
    if (error instanceof RpcError) return false;
    throw error;
  }
}

function snapshotOf(value: ExactJson): string {
  return value === null ? "-" : snapshotText(value as unknown as SnapshotReport);
}

function textOf(value: ExactJson): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}
