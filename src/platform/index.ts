// Only what is light: every command loads this. SQLite, configuration and the native addon have doors of their own.
export { type Clock, createClock } from "./clock.ts";
export {
  createDataDirectory,
  type DataDirectory,
  dataDirectory,
  existingDataDirectory,
  homeDirectory,
  resolveDataDirectory,
} from "./data-directory.ts";
export { type ErrorKind, FluxError, type FluxErrorOptions, systemErrorCode } from "./errors.ts";
export { EXIT, type ExitCode, exitCodeOf } from "./exit-codes.ts";
export {
  ensureDirectory,
  fileError,
  fileStatus,
  OWNER_ONLY_DIRECTORY,
  OWNER_ONLY_FILE,
  readBinaryFile,
  readTextFile,
  writeFileAtomically,
  writeNewFile,
} from "./files.ts";
export {
  createLog,
  LOG_FORMATS,
  LOG_LEVELS,
  type Log,
  type LogFields,
  type LogFile,
  type LogFormat,
  type LogLevel,
  type LogSettings,
  openLogFile,
  SILENT_LOG,
  writeLogToStderr,
} from "./log.ts";
export { releaseMemory } from "./memory.ts";
export { isProcessAlive } from "./process-alive.ts";
export { processorCount } from "./processors.ts";
export { randomBelow, secureRandomBytes } from "./random.ts";
export { removeDirectory, removeFile } from "./remove-file.ts";
export { later, repeat } from "./repeat.ts";
export { withScratchDirectory } from "./scratch-directory.ts";
export { type Sha256Stream, sha256Stream } from "./sha256-stream.ts";
export { writeStandardStream } from "./standard-streams.ts";
export { atOnce, nextTurn, type Step, TurnTaker } from "./turns.ts";
