import type { Command } from "commander";
import type { CommandContext, CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { wholeNumber } from "../whole-number.ts";

interface StartOptions {
  readonly listen?: string;
  readonly rpcPort?: string;
  readonly apiPort?: string;
  readonly index?: true;
  readonly apps: boolean;
  readonly mocktime?: string;
}

const LATEST_TIME = 0xffffffff;

export function addStartCommand(parent: Command, line: CommandLine): void {
  parent
    .command("start")
    .description("run the node in the foreground until it is told to stop")
    .option("--listen <host:port>", "address to accept peers on (this version has no peers yet)")
    .option("--rpc-port <port>", "port of the JSON-RPC interface")
    .option("--api-port <port>", "port of the REST and WebSocket interface (this version has none yet)")
    .option("--index", "keep the transaction, address, spent and timestamp indexes; for a new chain")
    .option("--no-apps", "do not run apps (this version runs none yet)")
    .option("--mocktime <unix>", "let the clock stand at this Unix time; not on the main network")
    .action(line.action<StartOptions>(start));
}

async function start(context: CommandContext, options: StartOptions): Promise<void> {
  const { output, globals } = context;
  const mockTime =
    options.mocktime === undefined ? undefined : wholeNumber(options.mocktime, "--mocktime", 0, LATEST_TIME);
  let stop: (() => void) | undefined;
  let stopWanted = false;
  context.onInterrupt(() => {
    stopWanted = true;
    stop?.();
  });
  const [{ startNode }, { VERSION }, { root, params, settings }] = await Promise.all([
    import("../../node/index.ts"),
    import("../build-info.ts"),
    nodeOptions(globals, {
      listen: options.listen,
      rpcPort: options.rpcPort,
      apiPort: options.apiPort,
      index: options.index,
      apps: options.apps ? undefined : false,
    }),
  ]);
  const logToStderr = !globals.json && !globals.quiet;
  const node = await startNode({ params, root, settings, mockTime, version: VERSION, logToStderr });
  stop = () => node.stop();
  if (stopWanted) node.stop();
  const followRotation = () => node.reopenLog();
  process.on("SIGHUP", followRotation);
  try {
    const { rpc, height } = node;
    output.result(
      { network: params.name, height, rpc: { host: rpc.host, port: rpc.port }, pid: rpc.pid },
      () => `fluxnode ${VERSION} is ready: network ${params.name}, height ${height}, RPC on port ${rpc.port}`,
    );
    await node.finished;
  } finally {
    process.off("SIGHUP", followRotation);
  }
}
