import { type DataDirectory, dataDirectory, FluxError } from "../platform/index.ts";
import { lockHolder } from "../platform/instance-lock/index.ts";
import { type ClaimedDirectory, claimDirectory, type OpenChainOptions } from "./open-chain.ts";
import { readRpcEndpoint } from "./rpc-endpoint.ts";

/** How long another command's short use of the data directory may hold up a start. */
const CLAIM_PATIENCE_MILLIS = 3000;
const CLAIM_PAUSE_MILLIS = 50;

/**
 * Takes a data directory for a node. Waits for commands that only look at the chain, but not for another node.
 * @throws FluxError datadir-in-use, and those of {@link claimDirectory}
 */
export async function claimPatiently(options: OpenChainOptions): Promise<ClaimedDirectory> {
  const end = performance.now() + CLAIM_PATIENCE_MILLIS;
  for (;;) {
    try {
      return claimDirectory(options);
    } catch (error) {
      if (!(error instanceof FluxError && error.code === "datadir-in-use")) throw error;
      if (isHeldByNode(dataDirectory(options.root, options.params.name)) || performance.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, CLAIM_PAUSE_MILLIS));
  }
}

/** What a node that was killed left behind still names it, or this process, which got its number. */
function isHeldByNode(directory: DataDirectory): boolean {
  const pid = readRpcEndpoint(directory)?.pid;
  return pid !== undefined && pid !== process.pid && pid === lockHolder(directory);
}
