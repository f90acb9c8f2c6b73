import { findProgram, type ProgramResult, runProgram, startProgram } from "../../platform/programs/index.ts";

/** Name of the client today. */
export const BENCHMARK_CLIENT = "fluxbench-cli";
const CLIENT_NAMES = [BENCHMARK_CLIENT, "zelbench-cli"];
const DAEMON_NAMES = ["fluxbenchd", "zelbenchd"];
const ANSWER_MILLIS = 30_000;
const MAXIMUM_OUTPUT = 1 << 20;

export interface BenchmarkProgramOptions {
  /** Where client and daemon lie. */
  readonly directory: string;
  /** Asks for the test network. */
  readonly testnet: boolean;
  /** How long one call may take; default 30 s. */
  readonly answerMillis?: number;
  /** Ends calls that run. */
  readonly signal?: AbortSignal;
}

/** What a call to the client brought. */
export interface BenchmarkAnswer {
  readonly stdout: string;
  /** stdout and stderr, as the reference reads the answer to a signing request. */
  readonly everything: string;
}

/**
 * The official benchmark daemon through its command line client (spec benchmarks.md section 2). Each call is a process of its own
 * with an argument array; exit codes mean nothing there and are not looked at.
 */
export class BenchmarkProgram {
  private readonly options: BenchmarkProgramOptions;

  constructor(options: BenchmarkProgramOptions) {
    this.options = options;
  }

  /** Names of the programs that are not there. */
  get missing(): string[] {
    const { directory } = this.options;
    return [CLIENT_NAMES, DAEMON_NAMES].flatMap((names) => (findProgram(directory, names) ? [] : [names[0] as string]));
  }

  /** True if the daemon answers that it is online; false for every other answer, and for none. */
  isRunning(): Promise<boolean> {
    return this.saysOnline().catch(() => false);
  }

  /** Like {@link isRunning}, but tells why there is no answer. @throws FluxError program-… */
  async saysOnline(): Promise<boolean> {
    const { stdout } = await this.ask("getstatus", "true");
    try {
      const answer: unknown = JSON.parse(stdout);
      return typeof answer === "object" && answer !== null && "status" in answer && answer.status === "online";
    } catch {
      return false;
    }
  }

  /** The client's text, as it is. @throws FluxError program-… */
  async status(): Promise<string> {
    return (await this.ask("getstatus")).stdout;
  }

  /** The client's text, as it is. @throws FluxError program-… */
  async benchmarks(): Promise<string> {
    return (await this.ask("getbenchmarks")).stdout;
  }

  /** Hands a transaction in for signing. @throws FluxError program-… */
  sign(hex: string): Promise<BenchmarkAnswer> {
    return this.ask("signfluxnodetransaction", hex);
  }

  /** Asks the daemon to end. @throws FluxError program-… */
  async stop(): Promise<void> {
    await this.ask("stop");
  }

  /** Starts the daemon; whether it comes up shows {@link isRunning}. @throws FluxError program-missing, program-not-started */
  start(): Promise<void> {
    return startProgram(this.path(DAEMON_NAMES), this.network);
  }

  private async ask(...command: readonly string[]): Promise<BenchmarkAnswer> {
    const { answerMillis = ANSWER_MILLIS, signal } = this.options;
    const limits = { timeoutMillis: answerMillis, maximumOutput: MAXIMUM_OUTPUT, ...(signal ? { signal } : {}) };
    const { stdout, stderr }: ProgramResult = await runProgram(
      this.path(CLIENT_NAMES),
      [...this.network, ...command],
      limits,
    );
    return { stdout, everything: `${stdout}${stderr}` };
  }

  private get network(): string[] {
    return this.options.testnet ? ["-testnet"] : [];
  }

  private path(names: readonly string[]): string {
    const { directory } = this.options;
    return findProgram(directory, names) ?? `${directory}/${names[0]}`;
  }
}
