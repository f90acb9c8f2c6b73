import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { addPowSolveCommand } from "./pow-solve.ts";
import { addPowVerifyCommand } from "./pow-verify.ts";

export function addPowCommand(parent: Command, line: CommandLine): void {
  const group = parent.command("pow").description("check or find the proof of work of a header alone");
  addPowSolveCommand(group, line);
  addPowVerifyCommand(group, line);
}
