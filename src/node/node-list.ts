import { MAX_CONFIGURATION_SIZE, NODE_LIST_FILE, type NodeListEntry, parseNodeList } from "../platform/config/index.ts";
import { type DataDirectory, FluxError, fileStatus, type Log, readTextFile } from "../platform/index.ts";
import { fromDisplayHash } from "../protocol/bytes/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import type { ListedFluxnode } from "../server/rpc/index.ts";

const MAIN_PORT = 16_125;
/** Permission bits that let somebody else read. */
const OTHERS = 0o077;

function portProblem({ address }: NodeListEntry, params: NetworkParams): string | null {
  const port = Number(/:(\d+)$/.exec(address)?.[1]);
  if (params.networkId === "main") return port === MAIN_PORT ? null : `must be ${MAIN_PORT} for mainnet`;
  return port === MAIN_PORT ? `${MAIN_PORT} could be used only on mainnet` : null;
}

/**
 * The controller's node list (spec fluxnode-config.md section 3): `node-list.conf` in the network's folder. None if there is no
 * such file.
 * @throws FluxError node-list-invalid naming every line that is wrong, without its key
 */
export function readNodeList(directory: DataDirectory, params: NetworkParams, log: Log): ListedFluxnode[] {
  const path = directory.file(NODE_LIST_FILE);
  const status = fileStatus(path);
  if (!status) return [];
  if ((status.mode & OTHERS) !== 0) {
    log.warn("others can read the private keys of the node list; take that right away", { path });
  }
  const entries = parsed(readTextFile(path, MAX_CONFIGURATION_SIZE), path);
  for (const entry of entries) {
    const problem = portProblem(entry, params);
    if (problem === null) continue;
    throw invalid(`Invalid port detected in ${path}: ${entry.alias} has ${entry.address} (${problem})`);
  }
  return entries.map(({ alias, address, privateKey, txid, outputIndex }) => ({
    alias,
    address,
    privateKey,
    collateral: { txid: fromDisplayHash(txid), index: outputIndex },
  }));
}

function parsed(text: string, path: string): NodeListEntry[] {
  try {
    return parseNodeList(text, path);
  } catch (error) {
    if (error instanceof FluxError && error.code === "node-list-invalid") throw invalid(error.message);
    throw error;
  }
}

function invalid(message: string): FluxError {
  return new FluxError("node-list-invalid", message, {
    kind: "usage",
    hint: "correct the node list and start again; its form is `alias host:port key txid index`",
  });
}
