import type { Command } from "commander";
import { EXIT, type ExitCode, FluxError, resolveDataDirectory } from "../platform/index.ts";
import { reportError } from "./error-report.ts";
import { Output } from "./output.ts";

/** The options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** As given, undefined if not; `resolveDataDirectory` completes it. */
  readonly datadir: string | undefined;
  /** A network's name or the path of a network file, as given; undefined leaves the choice to the configuration. */
  readonly network: string | undefined;
}

/** What a command's action works with besides its own arguments and options. */
export interface CommandContext {
  readonly output: Output;
  readonly globals: GlobalOptions;
  /**
   * Called on the first SIGINT or SIGTERM instead of ending the process at once; the command then has to finish by itself.
   * A second signal ends the process in any case.
   */
  onInterrupt(handler: () => void): void;
}

/**
 * The body of a command. It returns nothing for success, or the exit code if it has printed a result that is a failure
 * (a refused block); anything thrown is reported by the caller.
 */
export type CommandBody<Options> = (
  context: CommandContext,
  options: Options,
  // biome-ignore lint/suspicious/noConfusingVoidType: a body without a return statement is the usual one
) => ExitCode | void | Promise<ExitCode | void>;

/** One run of the command line: hands each command its context and remembers the exit code. */
export class CommandLine {
  exitCode: ExitCode = EXIT.ok;

  /**
   * Makes the commander action of a command. Positional arguments arrive in `options.args` as commander parsed them.
   */
  action<Options extends object>(body: CommandBody<Options & { readonly args: readonly string[] }>) {
    return async (...parameters: unknown[]): Promise<void> => {
      const command = parameters.at(-1) as Command;
      const globals = globalOptions(command.optsWithGlobals());
      const output = new Output(globals);
      const options = { ...command.opts(), args: command.args } as unknown as Options & { args: readonly string[] };
      if (globals.datadir !== undefined) {
        const { setNativeFallbackDirectory } = await import("../platform/native/index.ts");
        setNativeFallbackDirectory(resolveDataDirectory(globals.datadir));
      }
      const interrupt = interruption(output);
      try {
        this.exitCode = (await body({ output, globals, onInterrupt: interrupt.use }, options)) ?? EXIT.ok;
      } finally {
        interrupt.remove();
      }
    };
  }
}

function globalOptions(values: Record<string, unknown>): GlobalOptions {
  return {
    json: values.json === true,
    quiet: values.quiet === true,
    color: values.color !== false && colorWanted(),
    datadir: values.datadir as string | undefined,
    network: values.network as string | undefined,
  };
}

/** https://no-color.org: any non-empty value switches colour off. */
export function colorWanted(): boolean {
  return !process.env.NO_COLOR && process.stderr.isTTY === true;
}

/** Signals that follow the first one so soon are not a second request. */
const SAME_WISH_MILLIS = 1000;

function interruption(output: Output) {
  let handler: (() => void) | undefined;
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (handler && first === undefined) {
      first = performance.now();
      return handler();
    }
    // `timeout`, npm and others signal both the process and its group: that is one wish, not two.
    if (handler && first !== undefined && performance.now() - first < SAME_WISH_MILLIS) return;
    const error = new FluxError("interrupted", `interrupted by ${signal}`, { kind: "interrupted" });
    void reportError(error, output).then((code) => process.exit(code));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    use(chosen: () => void) {
      handler = chosen;
    },
    remove() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
