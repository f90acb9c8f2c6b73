import type { Command } from "commander";
import type { ExactJson, ExactJsonObject } from "../../node/index.ts";
import type { CommandLine } from "../command-line.ts";
import { textOf } from "../fluxnode/answer-fields.ts";
import { collateralArgument } from "../fluxnode/collateral-argument.ts";
import { askNode } from "../fluxnode/node-answer.ts";
import type { JsonValue } from "../output.ts";

export function addNodeDelegatesCommand(parent: Command, line: CommandLine): void {
  parent
    .command("delegates")
    .description("list the keys that may start the fluxnode of a collateral besides its owner")
    .argument("<collateral>", "TXID:INDEX")
    .action(
      line.action(async ({ output, globals }, { args: [text = ""] }) => {
        const { txid, index } = collateralArgument(text);
        const answer = (await askNode(globals, ({ ask }) =>
          ask("listfluxnodedelegates", txid, String(index)),
        )) as ExactJsonObject;
        output.result(answer as unknown as JsonValue, () => {
          const keys = (answer.delegate_keys ?? []) as readonly ExactJson[];
          return keys.length === 0 ? `${txid}:${index} has no delegates` : keys.map(textOf).join("\n");
        });
      }),
    );
}
