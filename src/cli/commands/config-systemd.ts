import type { Command } from "commander";
import { FluxError, resolveDataDirectory } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { systemdUnit } from "../systemd-unit.ts";

interface SystemdOptions {
  readonly user?: string;
}

const USER_NAME = /^([a-z_][a-z0-9_.-]{0,31}\$?|\d{1,10})$/i;

export function addConfigSystemdCommand(parent: Command, line: CommandLine): void {
  parent
    .command("systemd")
    .description("print a unit file that runs the node as a service of systemd")
    .option("--user <name>", "user that the service runs as (default: the one who asks)")
    .action(
      line.action<SystemdOptions>(async ({ output, globals }, options) => {
        const { absolutePath, ownCommand, userName } = await import("../../platform/service/index.ts");
        const user = options.user ?? userName();
        if (!USER_NAME.test(user)) {
          throw new FluxError("usage", `--user cannot be ${JSON.stringify(user)}: it is no name of a user`, {
            kind: "usage",
          });
        }
        const network = globals.network?.endsWith(".json") ? absolutePath(globals.network) : globals.network;
        const unit = systemdUnit({
          command: ownCommand().map(absolutePath),
          user,
          dataDirectory: resolveDataDirectory(globals.datadir),
          network,
        });
        output.result({ unit, fileName: "fluxnode.service" }, () => unit);
      }),
    );
}
