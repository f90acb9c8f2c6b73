import { dataDirectory, FluxError, isProcessAlive } from "../platform/index.ts";
import { accessChain, type ChainAccessOptions } from "./chain-access.ts";
import { claimDirectory } from "./open-chain.ts";
import { readRpcEndpoint } from "./rpc-endpoint.ts";

/** A large cache takes time to write. */
const PATIENCE_MILLIS = 180_000;
const PAUSE_MILLIS = 50;
/** After the directory is free the process has nothing left to do but end. */
const EXIT_PATIENCE_MILLIS = 2000;

/**
 * Stops the node that runs on a data directory and waits until the directory is free again.
 * @returns process id of the node
 * @throws FluxError no-node (kind "unreachable"), stop-timeout
 */
export async function stopNode(options: ChainAccessOptions): Promise<number> {
  const { params, root } = options;
  const directory = dataDirectory(root, params.name);
  const endpoint = readRpcEndpoint(directory);
  if (endpoint === null || !isInUse(options)) {
    throw new FluxError("no-node", `no node runs on the data directory ${directory.networkFolder}`, {
      kind: "unreachable",
      hint: "check --datadir and --network",
    });
  }
  const access = await accessChain(options);
  await access.call("stop", []);
  await until(
    () => !isInUse(options),
    PATIENCE_MILLIS,
    () => {
      throw new FluxError(
        "stop-timeout",
        `the node (pid ${endpoint.pid}) has been stopping for ${PATIENCE_MILLIS / 1000} seconds`,
        {
          hint: "look into its log; it may still be writing",
        },
      );
    },
  );
  await until(
    () => !isProcessAlive(endpoint.pid),
    EXIT_PATIENCE_MILLIS,
    () => {},
  );
  return endpoint.pid;
}

/** Taking the directory for a moment is the one sure sign that nobody has it. */
export function isInUse({ params, root }: ChainAccessOptions): boolean {
  try {
    claimDirectory({ params, root, create: false, indexes: false }).release();
    return false;
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    if (error.code === "datadir-in-use") return true;
    if (error.kind === "not-found") return false;
    throw error;
  }
}

async function until(reached: () => boolean, patienceMillis: number, giveUp: () => void): Promise<void> {
  const end = performance.now() + patienceMillis;
  while (!reached()) {
    if (performance.now() >= end) return giveUp();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
  }
}
