import {
  type DataDirectory,
  FluxError,
  fileStatus,
  OWNER_ONLY_FILE,
  readTextFile,
  removeFile,
  writeFileAtomically,
} from "../platform/index.ts";

/** Where the node that runs on a data directory answers JSON-RPC. */
export interface RpcEndpoint {
  /** Address that a client on this machine can use. */
  readonly host: string;
  readonly port: number;
  readonly pid: number;
}

const FILE = "rpc.json";
const MAX_FILE_SIZE = 4096;

/** Tells other commands on this machine where the node is. */
export function writeRpcEndpoint(directory: DataDirectory, { host, port, pid }: RpcEndpoint): void {
  writeFileAtomically(directory.file(FILE), `${JSON.stringify({ host, port, pid })}\n`, OWNER_ONLY_FILE);
}

export function removeRpcEndpoint(directory: DataDirectory): void {
  removeFile(directory.file(FILE));
}

/** What the last node wrote; it may have ended without a chance to remove it. Null if there is nothing or nothing usable. */
export function readRpcEndpoint(directory: DataDirectory): RpcEndpoint | null {
  const path = directory.file(FILE);
  if (!fileStatus(path)) return null;
  try {
    const { host, port, pid } = JSON.parse(readTextFile(path, MAX_FILE_SIZE));
    const usable = typeof host === "string" && isNumberIn(port, 1, 65535) && isNumberIn(pid, 1, 0xffffffff);
    return usable ? { host, port, pid } : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof FluxError && error.code === "file-not-found")) return null;
    throw error;
  }
}

function isNumberIn(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
