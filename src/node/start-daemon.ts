import { dataDirectory, ensureDirectory, FluxError, type FluxErrorOptions } from "../platform/index.ts";
import { startDetached } from "../platform/service/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { ERROR_FILE, LOG_FILE, LOG_FOLDER } from "./log-place.ts";

export interface DaemonOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  /** Command line of a node in the foreground that gives results and errors as JSON. */
  readonly args: readonly string[];
  /** Calls its argument when this command is to be ended; returns nothing. */
  readonly onInterrupt: (handler: () => void) => void;
}

/** What a node in the foreground says when it is ready. */
export interface DaemonReady {
  readonly network: string;
  readonly height: number;
  readonly rpc: { readonly host: string; readonly port: number };
  readonly pid: number;
  readonly logFile: string;
}

/** The kinds of errors by the exit code that stands for them. */
const KIND_OF_EXIT = new Map<number | null, NonNullable<FluxErrorOptions["kind"]>>([
  [2, "usage"],
  [4, "not-found"],
  [5, "refused"],
  [6, "unreachable"],
  [7, "not-ready"],
  [130, "interrupted"],
]);

/**
 * Starts a node that goes on without this process and without a terminal, and waits until it is ready.
 * @throws FluxError the one that made the node end, or daemon-ended if it could not say why
 */
export async function startDaemon({ params, root, args, onInterrupt }: DaemonOptions): Promise<DaemonReady> {
  const directory = dataDirectory(root, params.name);
  ensureDirectory(directory.file(LOG_FOLDER));
  const errorFile = directory.file(ERROR_FILE);
  const daemon = startDetached(args, errorFile, (text) => parsed(text) !== null);
  onInterrupt(() => daemon.terminate());
  const output = await daemon.firstOutput;
  const ready = output === null ? null : parsed(output);
  if (ready !== null) return { ...(ready as unknown as DaemonReady), logFile: directory.file(LOG_FILE) };
  const { code, signal } = await daemon.ended;
  throw failureOf(daemon.errorOutput(), code, signal, errorFile);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function failureOf(text: string, exitCode: number | null, signal: string | null, errorFile: string): FluxError {
  const said = parsed(text.slice(Math.max(0, text.indexOf("{"))))?.error;
  const { code, message, hint } = (said ?? {}) as Record<string, unknown>;
  const kind = KIND_OF_EXIT.get(exitCode) ?? "failed";
  if (typeof code === "string" && typeof message === "string") {
    return new FluxError(code, message, { kind, hint: typeof hint === "string" ? hint : undefined });
  }
  const end = signal === null ? `exit code ${exitCode}` : signal;
  return new FluxError("daemon-ended", `the node ended before it was ready (${end})`, {
    kind,
    hint: `look into ${errorFile}`,
  });
}
