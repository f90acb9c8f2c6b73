import { dataDirectory } from "../platform/index.ts";

/** Below the folder of the network. */
export const LOG_FOLDER = "logs";
export const LOG_FILE = `${LOG_FOLDER}/fluxnode.log`;
/** What a detached node writes when it cannot write to its log: before it has one, and when it breaks. */
export const ERROR_FILE = `${LOG_FOLDER}/errors.log`;

/** Path of the log of the node on a data directory. */
export function logFileOf(root: string, networkName: string): string {
  return dataDirectory(root, networkName).file(LOG_FILE);
}
