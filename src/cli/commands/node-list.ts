import { type Command, Option } from "commander";
import type { CommandLine } from "../command-line.ts";
import { objectsOf, textOf } from "../fluxnode/answer-fields.ts";
import { askNode } from "../fluxnode/node-answer.ts";
import type { JsonValue } from "../output.ts";
import { table } from "../text-layout.ts";

interface ListOptions {
  readonly tier?: string;
  readonly filter?: string;
}

const HEADER = ["tier", "rank", "address", "collateral", "payment address", "confirmed", "last paid"];

export function addNodeListCommand(parent: Command, line: CommandLine): void {
  parent
    .command("list")
    .description("list the confirmed fluxnodes, each tier in the order of payment")
    .addOption(new Option("--tier <tier>", "only this tier").choices(["cumulus", "nimbus", "stratus"]))
    .option("--filter <text>", "only nodes with this text in txid, public key, address or payment address")
    .action(
      line.action<ListOptions>(async ({ output, globals }, { tier, filter = "" }) => {
        const answer = await askNode(globals, ({ ask }) => ask("viewdeterministicfluxnodelist", filter));
        const nodes = objectsOf(answer).filter((node) => tier === undefined || node.tier === tier.toUpperCase());
        output.result(nodes as unknown as JsonValue, () =>
          nodes.length === 0
            ? "no such fluxnode is confirmed"
            : table(
                HEADER,
                nodes.map((node) => [
                  textOf(node.tier),
                  textOf(node.rank),
                  textOf(node.ip),
                  `${textOf(node.txhash)}:${textOf(node.outidx)}`,
                  textOf(node.payment_address),
                  textOf(node.last_confirmed_height),
                  textOf(node.last_paid_height),
                ]),
              ),
        );
      }),
    );
}
