import type { Command } from "commander";
import type { ExactJsonObject } from "../../node/index.ts";
import { EXIT } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { textOf } from "../fluxnode/answer-fields.ts";
import { askRunningNode } from "../fluxnode/node-answer.ts";
import type { JsonValue } from "../output.ts";
import { fields } from "../text-layout.ts";

export function addNodeConfirmCommand(parent: Command, line: CommandLine): void {
  parent
    .command("confirm")
    .description(
      "confirm this fluxnode now, for instance because its address changed; it confirms itself when it is time",
    )
    .action(
      line.action(async ({ output, globals }) => {
        const answer = (await askRunningNode(globals, ({ ask }) =>
          ask("createconfirmationtransaction"),
        )) as ExactJsonObject;
        output.result(answer as unknown as JsonValue, () =>
          fields([
            ["status", textOf(answer.status)],
            ["txid", textOf(answer.txid)],
          ]),
        );
        return answer.status === "Successfully Sent" ? EXIT.ok : EXIT.failed;
      }),
    );
}
