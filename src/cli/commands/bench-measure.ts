import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";

/** The body of the measuring process; not for people. */
export function addBenchMeasureCommand(parent: Command, line: CommandLine): void {
  parent
    .command("measure <job>", { hidden: true })
    .description("carry out one measurement for the program itself")
    .action(
      line.action(async ({ output }, { args: [job = ""] }) => {
        const { carryOutJob } = await import("../../bench/index.ts");
        await carryOutJob(job, (message) => output.stream(`${JSON.stringify(message)}\n`));
      }),
    );
}
