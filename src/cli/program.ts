import { Command } from "commander";
import type { CommandLine } from "./command-line.ts";
import { addBenchCommand } from "./commands/bench.ts";
import { addChainCommand } from "./commands/chain.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addConfigCommand } from "./commands/config.ts";
import { addLogsCommand } from "./commands/logs.ts";
import { addNodeCommand } from "./commands/node.ts";
import { addPowCommand } from "./commands/pow.ts";
import { addRpcCommand } from "./commands/rpc.ts";
import { addStartCommand } from "./commands/start.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addStopCommand } from "./commands/stop.ts";
import { addVersionCommand } from "./commands/version.ts";

/** Every command of the executable, in the order of the help page. */
const COMMANDS: readonly ((parent: Command, line: CommandLine) => void)[] = [
  addStartCommand,
  addStopCommand,
  addStatusCommand,
  addLogsCommand,
  addBenchCommand,
  addChainCommand,
  addPowCommand,
  addNodeCommand,
  addRpcCommand,
  addConfigCommand,
  addCompletionCommand,
  addVersionCommand,
];

export function createProgram(line: CommandLine): Command {
  const program = new Command("fluxnode")
    .description("One executable that turns a server into a node of the Flux network")
    .option("--json", "print one JSON document on stdout, and errors as JSON on stderr")
    .option("--datadir <directory>", "where everything is kept (default: $FLUXNODE_DATADIR or ~/.fluxnode)")
    .option("--network <name>", "main, test, regtest, devnet, or the path of a network file (.json)")
    .option("--quiet", "print results and errors only")
    .option("--no-color", "no colours (also: NO_COLOR=1)")
    .helpOption("-h, --help", "explain the command")
    .helpCommand("help [command]", "explain a command")
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .exitOverride();
  for (const add of COMMANDS) add(program, line);
  return program;
}
