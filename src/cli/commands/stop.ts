import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";

export function addStopCommand(parent: Command, line: CommandLine): void {
  parent
    .command("stop")
    .description("stop the running node and wait until it has written everything")
    .action(
      line.action(async ({ output, globals }) => {
        const { stopNode } = await import("../../node/index.ts");
        const pid = await stopNode(await nodeOptions(globals));
        output.result({ stopped: true, pid }, () => `the node (pid ${pid}) has stopped`);
      }),
    );
}
