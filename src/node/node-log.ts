import {
  createLog,
  type DataDirectory,
  ensureDirectory,
  type Log,
  type LogFile,
  openLogFile,
  writeLogToStderr,
} from "../platform/index.ts";
import { LOG_FILE, LOG_FOLDER } from "./log-place.ts";
import type { NodeOptions } from "./running-node.ts";

const MIB = 1 << 20;

/**
 * Opens the log of a node: always the file, and stderr where that is wanted.
 * @throws FluxError when the file cannot be written
 */
export function openNodeLog(
  { settings, logToStderr, echoLog = writeLogToStderr }: Pick<NodeOptions, "settings" | "logToStderr" | "echoLog">,
  directory: DataDirectory,
): { readonly log: Log; readonly file: LogFile } {
  const { logLevel: level, logFormat: format, logSize, logFiles: kept } = settings;
  ensureDirectory(directory.file(LOG_FOLDER));
  const file = openLogFile(directory.file(LOG_FILE), { maxBytes: logSize * MIB, kept });
  const write = (line: string) => {
    file.write(line);
    if (logToStderr) echoLog(line);
  };
  return { log: createLog({ level, format, write }), file };
}
