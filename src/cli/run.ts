import { CommanderError } from "commander";
import { EXIT, type ExitCode, FluxError } from "../platform/index.ts";
import { CommandLine, colorWanted } from "./command-line.ts";
import { reportError } from "./error-report.ts";
import { Output } from "./output.ts";
import { createProgram } from "./program.ts";

/**
 * Runs one command line and returns the exit code. Nothing is thrown: every error is reported on stderr.
 *
 * @param parameters what follows the name of the program
 */
export async function run(parameters: readonly string[]): Promise<ExitCode> {
  const output = new Output(settingsBeforeParsing(parameters));
  // What escapes from a timer or a thread is a defect; nobody knows what state it left, so nothing more may be written.
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (error: unknown) => void reportError(error, output).then((code) => process.exit(code)));
  }
  try {
    const line = new CommandLine();
    const program = createProgram(line);
    let help = "";
    program.configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: (text) => {
        help += text;
      },
      outputError: () => {},
    });
    for (const command of program.commands) inherit(command, program);
    try {
      await program.parseAsync(asVersionCommand(parameters), { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.code.startsWith("commander.help") && error.exitCode === 0) {
        output.result({ help }, () => help);
        return EXIT.ok;
      }
      if (error.code === "commander.help") {
        if (!output.settings.json) output.error(help);
        throw new FluxError("usage", "the name of a command is missing", { kind: "usage" });
      }
      throw usageError(error);
    }
    return line.exitCode;
  } catch (error) {
    return reportError(error, output);
  }
}

type ProgramCommand = ReturnType<typeof createProgram>;

function inherit(command: ProgramCommand, parent: ProgramCommand): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
}

/** Errors of the parser have to be shown in the wanted form although the options are not parsed yet. */
function settingsBeforeParsing(parameters: readonly string[]) {
  const end = parameters.indexOf("--");
  const options = end < 0 ? parameters : parameters.slice(0, end);
  return {
    json: options.includes("--json"),
    quiet: options.includes("--quiet"),
    color: !options.includes("--no-color") && colorWanted(),
  };
}

/** `fluxnode --version` is what people try first. */
function asVersionCommand(parameters: readonly string[]): string[] {
  return parameters[0] === "--version" || parameters[0] === "-V"
    ? ["version", ...parameters.slice(1)]
    : [...parameters];
}

/** commander's messages read "error: unknown option '--jsn'\n(Did you mean --json?)". */
function usageError(error: CommanderError): FluxError {
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  return new FluxError("usage", message, {
    kind: "usage",
    hint: suggestion?.replace(/^\((.*)\)$/, "$1").replace(/^Did you mean/, "did you mean"),
  });
}
