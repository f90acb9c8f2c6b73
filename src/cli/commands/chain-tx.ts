import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import { printAnswer } from "../rpc-answer.ts";
import { asNotFound } from "../rpc-failure.ts";

interface TransactionOptions {
  readonly raw?: true;
}

export function addChainTxCommand(parent: Command, line: CommandLine): void {
  parent
    .command("tx")
    .description("print a transaction; without indexes only one with unspent outputs is found")
    .argument("<id>", "transaction id")
    .option("--raw", "print the transaction in hex")
    .action(
      line.action<TransactionOptions>(async ({ output, globals }, { args: [id = ""], raw }) => {
        if (!/^[0-9a-f]{64}$/i.test(id)) {
          throw new FluxError("usage", `${JSON.stringify(id)} is no transaction id of 64 hex digits`, {
            kind: "usage",
          });
        }
        const call = withChain(globals, (access) => access.call("getrawtransaction", [id, raw ? 0 : 1]));
        const hint =
          "without indexes only transactions with unspent outputs are found; see --index of `fluxnode start`";
        const failure = asNotFound("transaction-not-found", `transaction ${id} is not found`, hint);
        printAnswer(output, await call.catch(failure));
      }),
    );
}
