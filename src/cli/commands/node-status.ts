import type { Command } from "commander";
import type { ExactJsonObject } from "../../node/index.ts";
import type { CommandLine } from "../command-line.ts";
import { outPointText, textOf } from "../fluxnode/answer-fields.ts";
import { nextStep } from "../fluxnode/next-step.ts";
import { askRunningNode } from "../fluxnode/node-answer.ts";
import { nodeOptions } from "../node-options.ts";
import type { JsonValue } from "../output.ts";
import { fields } from "../text-layout.ts";

const SHOWN = [
  ["tier", "tier"],
  ["address", "ip"],
  ["payment address", "payment_address"],
  ["started", "added_height"],
  ["confirmed", "confirmed_height"],
  ["last confirmed", "last_confirmed_height"],
  ["last paid", "last_paid_height"],
  ["amount", "amount"],
] as const;

export function addNodeStatusCommand(parent: Command, line: CommandLine): void {
  parent
    .command("status")
    .description("tell how the chain sees this fluxnode, and what to do next")
    .action(
      line.action(async ({ output, globals }) => {
        const { params } = await nodeOptions(globals);
        const { numberOf } = await import("../../node/index.ts");
        const { node, height } = await askRunningNode(globals, async ({ ask }) => ({
          node: (await ask("getfluxnodestatus")) as ExactJsonObject,
          height: numberOf(await ask("getblockcount")),
        }));
        const next = await nextStep(
          {
            status: textOf(node.status),
            added: numberOf(node.added_height),
            lastConfirmed: numberOf(node.last_confirmed_height),
          },
          height,
          params,
        );
        output.result({ ...node, height, next } as unknown as JsonValue, () =>
          fields([
            ["status", textOf(node.status).toLowerCase()],
            ["collateral", outPointText(node.collateral)],
            ...SHOWN.filter(([, key]) => node[key] !== undefined).map(
              ([name, key]) => [name, textOf(node[key])] as const,
            ),
            ["chain height", String(height)],
            ["next", next],
          ]),
        );
      }),
    );
}
