import type { Command } from "commander";
import { EXIT, FluxError } from "../../platform/index.ts";
import type { CommandLine, GlobalOptions } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import { printAnswer } from "../rpc-answer.ts";
import { reportRpcError } from "../rpc-failure.ts";

export function addRpcCommand(parent: Command, line: CommandLine): void {
  parent
    .command("rpc")
    .description(
      "call a JSON-RPC method of the running node, or of the stored chain when none runs; `rpc help` lists them",
    )
    .argument("<method>", "name of the method")
    .argument("[params...]", "its parameters; put -- before negative numbers")
    .action(
      line.action(async ({ output, globals }, { args: [method = "", ...params] }) => {
        try {
          printAnswer(output, await call(globals, method, params));
          return EXIT.ok;
        } catch (error) {
          return reportRpcError(output, error);
        }
      }),
    );
}

async function call(globals: GlobalOptions, method: string, params: readonly string[]) {
  const { convertCommandLineParams } = await import("../../server/rpc/index.ts");
  const values = convertCommandLineParams(method, params);
  try {
    return await withChain(globals, (access) => access.call(method, values));
  } catch (error) {
    const nothingThere = error instanceof FluxError && ["datadir-not-found", "chain-not-found"].includes(error.code);
    if (!nothingThere) throw error;
    throw new FluxError("no-node", `no node runs, and ${error.message}`, {
      kind: "unreachable",
      hint: "check --datadir and --network, or start a node with `fluxnode start`",
    });
  }
}
