import type { Command } from "commander";
import type { RunningNode } from "../../node/index.ts";
import { repeat, writeLogToStderr } from "../../platform/index.ts";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { ProgressLine } from "../progress-line.ts";
import { TerminalStatus } from "../terminal-status.ts";
import { wholeNumber } from "../whole-number.ts";

interface StartOptions {
  readonly daemon?: true;
  readonly listen?: string;
  readonly connect?: readonly string[];
  readonly addNode?: readonly string[];
  readonly rpcPort?: string;
  readonly apiPort?: string;
  readonly index?: true;
  readonly rest?: true;
  readonly mine?: true;
  readonly mineAddress?: string;
  readonly mineThreads?: string;
  readonly apps: boolean;
  readonly mocktime?: string;
}

const LATEST_TIME = 0xffffffff;
const PROGRESS_MILLIS = 500;

export function addStartCommand(parent: Command, line: CommandLine): void {
  parent
    .command("start")
    .description("run the node in the foreground until it is told to stop")
    .option("--daemon", "run it in the background: return when it is ready, and leave it without a terminal")
    .option("--listen <host:port>", "address to accept peers on, or off")
    .option("--connect <host:port>", "connect to this peer only; may be repeated", repeated)
    .option("--add-node <host:port>", "connect to this peer, too; may be repeated", repeated)
    .option("--rpc-port <port>", "port of the JSON-RPC interface")
    .option("--api-port <port>", "port of the API (in this version only the bandwidth test for others), or off")
    .option("--index", "keep the transaction, address, spent and timestamp indexes; for a new chain")
    .option("--rest", "offer the daemon's REST interface on the JSON-RPC port")
    .option("--mine", "look for blocks by proof of work")
    .option("--mine-address <address>", "where blocks of this node pay to; default: a key of its own")
    .option("--mine-threads <number>", "threads that look for blocks; default: one per processor")
    .option("--no-apps", "do not run apps (this version runs none yet)")
    .option("--mocktime <unix>", "let the clock stand at this Unix time; not on the main network")
    .action(line.action<StartOptions>(start));
}

/** An option that may come several times. */
function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function start(context: CommandContext, options: StartOptions): Promise<void> {
  if (options.daemon) return startInBackground(context, options);
  const { output, globals } = context;
  const mockTime =
    options.mocktime === undefined ? undefined : wholeNumber(options.mocktime, "--mocktime", 0, LATEST_TIME);
  let stop: (() => void) | undefined;
  let stopWanted = false;
  context.onInterrupt(() => {
    stopWanted = true;
    stop?.();
  });
  const [{ startNode }, { COMMIT, VERSION }, { root, params, settings }] = await Promise.all([
    import("../../node/index.ts"),
    import("../build-info.ts"),
    nodeOptions(globals, settingFlags(options)),
  ]);
  const { notifyServiceManager } = await import("../../platform/service/index.ts");
  const logToStderr = !globals.json && !globals.quiet;
  const terminal = logToStderr && isTerminal() ? terminalStatus() : null;
  const echoLog = terminal ? (line: string) => terminal.above(line) : undefined;
  const onStopping = () => void notifyServiceManager("STOPPING=1");
  const node = await startNode({
    params,
    root,
    settings,
    mockTime,
    version: VERSION,
    commit: COMMIT,
    logToStderr,
    echoLog,
    onStopping,
  });
  stop = () => node.stop();
  if (stopWanted) stop();
  const followRotation = () => node.reopenLog();
  process.on("SIGHUP", followRotation);
  let endProgress = () => {};
  try {
    const { rpc, height } = node;
    output.result(
      { network: params.name, height, rpc: { host: rpc.host, port: rpc.port }, pid: rpc.pid },
      () => `fluxnode ${VERSION} is ready: network ${params.name}, height ${height}, RPC on port ${rpc.port}`,
    );
    const untold = notifyServiceManager("READY=1");
    if (untold !== null) output.note(`the service manager cannot be told that the node is ready: ${untold}`);
    if (terminal) endProgress = showProgress(node, terminal);
    await node.finished;
  } finally {
    endProgress();
    process.off("SIGHUP", followRotation);
  }
}

/** The options that are settings, too. */
function settingFlags(options: StartOptions) {
  return {
    listen: options.listen,
    connect: options.connect,
    addNode: options.addNode,
    rpcPort: options.rpcPort,
    apiPort: options.apiPort,
    index: options.index,
    rest: options.rest,
    mine: options.mine,
    mineAddress: options.mineAddress,
    mineThreads: options.mineThreads,
    apps: options.apps ? undefined : false,
  };
}

async function startInBackground({ output, globals, onInterrupt }: CommandContext, options: StartOptions) {
  const { startDaemon } = await import("../../node/index.ts");
  // Here already, so that a wrong setting is told before anything is started or made.
  const { root, params } = await nodeOptions(globals, settingFlags(options));
  const args = [...process.argv.slice(2).filter((word) => word !== "--daemon"), "--json"];
  const ready = await startDaemon({ params, root, args, onInterrupt });
  const { network, height, rpc, pid, logFile } = ready;
  output.result(
    { network, height, rpc: { host: rpc.host, port: rpc.port }, pid, logFile },
    () => `fluxnode runs in the background (pid ${pid}): network ${network}, height ${height}, RPC on port ${rpc.port}`,
  );
}

function isTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== "dumb";
}

function terminalStatus(): TerminalStatus {
  return new TerminalStatus(
    (text) => writeLogToStderr(text),
    () => process.stderr.columns || 80,
  );
}

function showProgress(node: RunningNode, terminal: TerminalStatus): () => void {
  const line = new ProgressLine();
  const show = () => terminal.show(line.text(node.progress(), performance.now()));
  show();
  const end = repeat(PROGRESS_MILLIS, show);
  return () => {
    end();
    terminal.end();
  };
}
