import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { addConfigImportCommand } from "./config-import.ts";
import { addConfigPathCommand } from "./config-path.ts";
import { addConfigShowCommand } from "./config-show.ts";
import { addConfigSystemdCommand } from "./config-systemd.ts";

export function addConfigCommand(parent: Command, line: CommandLine): void {
  const group = parent.command("config").description("show, find and import the configuration");
  addConfigShowCommand(group, line);
  addConfigPathCommand(group, line);
  addConfigImportCommand(group, line);
  addConfigSystemdCommand(group, line);
}
