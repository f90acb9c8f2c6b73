import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { addNodeConfirmCommand } from "./node-confirm.ts";
import { addNodeCountCommand } from "./node-count.ts";
import { addNodeDelegatesCommand } from "./node-delegates.ts";
import { addNodeKeygenCommand } from "./node-keygen.ts";
import { addNodeListCommand } from "./node-list.ts";
import { addNodeStartCommand } from "./node-start.ts";
import { addNodeStatusCommand } from "./node-status.ts";
import { addNodeWinnerCommand } from "./node-winner.ts";

export function addNodeCommand(parent: Command, line: CommandLine): void {
  const group = parent.command("node").description("start, confirm and look at fluxnodes");
  addNodeKeygenCommand(group, line);
  addNodeStartCommand(group, line);
  addNodeConfirmCommand(group, line);
  addNodeStatusCommand(group, line);
  addNodeListCommand(group, line);
  addNodeCountCommand(group, line);
  addNodeWinnerCommand(group, line);
  addNodeDelegatesCommand(group, line);
}
