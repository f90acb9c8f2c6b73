import type { Command } from "commander";
import type { ExactJsonObject } from "../../node/index.ts";
import type { CommandLine } from "../command-line.ts";
import { objectsOf, outPointText, textOf } from "../fluxnode/answer-fields.ts";
import { askNode } from "../fluxnode/node-answer.ts";
import type { JsonValue } from "../output.ts";
import { table } from "../text-layout.ts";

const HEADER = ["tier", "collateral", "address", "payment address", "last paid"];

export function addNodeWinnerCommand(parent: Command, line: CommandLine): void {
  parent
    .command("winner")
    .description("tell which fluxnodes the next block pays")
    .action(
      line.action(async ({ output, globals }) => {
        const answer = (await askNode(globals, ({ ask }) => ask("fluxnodecurrentwinner"))) as ExactJsonObject;
        output.result(answer as unknown as JsonValue, () => {
          const winners = objectsOf(Object.values(answer) as ExactJsonObject[]);
          if (winners.length === 0) return "the next block pays no fluxnode";
          return table(
            HEADER,
            winners.map(({ tier, collateral, ip, payment_address, last_paid_height }) => [
              textOf(tier),
              outPointText(collateral),
              textOf(ip),
              textOf(payment_address),
              textOf(last_paid_height),
            ]),
          );
        });
      }),
    );
}
