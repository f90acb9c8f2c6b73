import type { Command } from "commander";
import { fileStatus, resolveDataDirectory } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";

export function addConfigPathCommand(parent: Command, line: CommandLine): void {
  parent
    .command("path")
    .description("print where the configuration file lies, whether it exists or not")
    .action(
      line.action(async ({ output, globals }) => {
        const { CONFIGURATION_FILE, SECRETS_FILE } = await import("../../platform/config/index.ts");
        const directory = resolveDataDirectory(globals.datadir);
        const path = `${directory}/${CONFIGURATION_FILE}`;
        const secretsPath = `${directory}/${SECRETS_FILE}`;
        output.result(
          { dataDirectory: directory, path, exists: fileStatus(path) !== undefined, secretsPath },
          () => path,
        );
      }),
    );
}
