import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { systemErrorCode } from "./errors.ts";
import { fileError, OWNER_ONLY_FILE } from "./files.ts";

/** From the gravest to the most talkative. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["plain", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Details of an event. Never put secrets here; a log is made to be shown to others. */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;

export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** The same log under the name of a part of the program, e.g. "chain". */
  part(name: string): Log;
}

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one finished line including its newline. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970; default the machine's clock, not the chain's, which may be mocked. */
  readonly time?: () => number;
}

/** One line per event: `2026-09-01T12:00:00.000Z INFO chain: connected height=5`, or a JSON object. */
export function createLog(settings: LogSettings, part = ""): Log {
  const time = settings.time ?? Date.now;
  const line = settings.format === "json" ? jsonLine : plainLine;
  const limit = LOG_LEVELS.indexOf(settings.level);
  const at = (level: LogLevel) => {
    const wanted = LOG_LEVELS.indexOf(level) <= limit;
    return (message: string, fields: LogFields = {}) => {
      if (wanted) settings.write(`${line(new Date(time()).toISOString(), level, part, message, fields)}\n`);
    };
  };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    part: (name) => createLog(settings, name),
  };
}

/** A log that says nothing. */
export const SILENT_LOG: Log = createLog({ level: "error", format: "plain", write: () => {} });

function plainLine(time: string, level: LogLevel, part: string, message: string, fields: LogFields): string {
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quoted(String(value))}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${part ? `${part}: ` : ""}${oneLine(message)}${details.join("")}`;
}

function quoted(text: string): string {
  return text === "" || /[\s"=\p{Cc}]/u.test(text) ? oneLine(JSON.stringify(text)) : text;
}

/** Messages may quote strangers: one event stays one line, and no escape sequence reaches a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function jsonLine(time: string, level: LogLevel, part: string, message: string, fields: LogFields): string {
  const details = Object.entries(fields).map(([name, value]) => [name, typeof value === "bigint" ? `${value}` : value]);
  return JSON.stringify({ time, level, part: part || undefined, message, ...Object.fromEntries(details) });
}

/** Lines to stderr. A node goes on when nobody reads them any more, be it a closed terminal or pipe. */
export function writeLogToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // There is no place left where this could be told.
  }
}

/** A log file (mode 0600); `reopen` follows a rotation from outside. */
export interface LogFile {
  write(line: string): void;
  reopen(): void;
  close(): void;
}

/** When a log file is put aside as `<name>.1`, and how many of those are kept. */
export interface LogRotation {
  readonly maxBytes: number;
  readonly kept: number;
}

/** @throws FluxError permission-denied, disk-full … when the file cannot be opened */
export function openLogFile(path: string, rotation: LogRotation | null = null): LogFile {
  const open = () => {
    try {
      const descriptor = openSync(path, "a", OWNER_ONLY_FILE);
      return { descriptor, size: fstatSync(descriptor).size };
    } catch (error) {
      throw fileError(error, "open", path);
    }
  };
  let file = open();
  const reopen = () => {
    const next = open();
    closeSync(file.descriptor);
    file = next;
  };
  return {
    write(line) {
      try {
        const length = Buffer.byteLength(line);
        if (rotation && file.size > 0 && file.size + length > rotation.maxBytes) {
          putAside(path, rotation.kept);
          reopen();
        }
        writeSync(file.descriptor, line);
        file.size += length;
      } catch {
        // A node whose log disk is full goes on; the line still reaches whoever watches.
        writeLogToStderr(line);
      }
    },
    reopen,
    close: () => closeSync(file.descriptor),
  };
}

/** `fluxnode.log` becomes `fluxnode.log.1`, that one `fluxnode.log.2`, and the last one goes. */
function putAside(path: string, kept: number): void {
  rmSync(kept === 0 ? path : `${path}.${kept}`, { force: true });
  for (let number = kept - 1; number >= 0; number--) {
    try {
      renameSync(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`);
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw error;
    }
  }
}
