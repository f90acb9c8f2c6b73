import type { Command } from "commander";
import type { ExactJsonObject } from "../../node/index.ts";
import type { CommandLine } from "../command-line.ts";
import { textOf } from "../fluxnode/answer-fields.ts";
import { askNode } from "../fluxnode/node-answer.ts";
import type { JsonValue } from "../output.ts";
import { fields } from "../text-layout.ts";

const SHOWN = [
  ["total", "total"],
  ["cumulus", "cumulus-enabled"],
  ["nimbus", "nimbus-enabled"],
  ["stratus", "stratus-enabled"],
  ["ipv4", "ipv4"],
  ["ipv6", "ipv6"],
  ["onion", "onion"],
] as const;

export function addNodeCountCommand(parent: Command, line: CommandLine): void {
  parent
    .command("count")
    .description("count the confirmed fluxnodes by tier and by network")
    .action(
      line.action(async ({ output, globals }) => {
        const answer = (await askNode(globals, ({ ask }) => ask("getfluxnodecount"))) as ExactJsonObject;
        output.result(answer as unknown as JsonValue, () =>
          fields(SHOWN.map(([name, key]) => [name, textOf(answer[key])])),
        );
      }),
    );
}
