import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import { printAnswer } from "../rpc-answer.ts";
import { asNotFound } from "../rpc-failure.ts";

interface BlockOptions {
  readonly raw?: true;
}

export function addChainBlockCommand(parent: Command, line: CommandLine): void {
  parent
    .command("block")
    .description("print a block with its transactions")
    .argument("<id>", "height or hash")
    .option("--raw", "print the block in hex")
    .action(
      line.action<BlockOptions>(async ({ output, globals }, { args: [id = ""], raw }) => {
        if (!/^(\d{1,10}|[0-9a-f]{64})$/i.test(id)) {
          throw new FluxError("usage", `${JSON.stringify(id)} is neither a height nor a hash of 64 hex digits`, {
            kind: "usage",
          });
        }
        const call = withChain(globals, (access) => access.call("getblock", [id, raw ? 0 : 2]));
        printAnswer(output, await call.catch(asNotFound("block-not-found", `there is no block ${id} in this chain`)));
      }),
    );
}
