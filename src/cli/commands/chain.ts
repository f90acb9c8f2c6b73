import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { addChainBlockCommand } from "./chain-block.ts";
import { addChainExportCommand } from "./chain-export.ts";
import { addChainImportCommand } from "./chain-import.ts";
import { addChainInfoCommand } from "./chain-info.ts";
import { addChainSnapshotCommand } from "./chain-snapshot.ts";
import { addChainTxCommand } from "./chain-tx.ts";
import { addChainVerifyCommand } from "./chain-verify.ts";

export function addChainCommand(parent: Command, line: CommandLine): void {
  const group = parent.command("chain").description("import, export, check and look at the chain");
  addChainImportCommand(group, line);
  addChainExportCommand(group, line);
  addChainVerifyCommand(group, line);
  addChainInfoCommand(group, line);
  addChainBlockCommand(group, line);
  addChainTxCommand(group, line);
  addChainSnapshotCommand(group, line);
}
