/**
 * What kind of failure it is, in the terms of a caller's script. The command line turns it into an exit code
 * (`exit-codes.ts`), the servers into a status.
 */
export type ErrorKind =
  | "failed"
  | "usage"
  | "not-found"
  | "refused"
  | "unreachable"
  | "not-ready"
  | "below-tier"
  | "interrupted";

export interface FluxErrorOptions {
  /** What the reader can do next, as one sentence. */
  readonly hint?: string | undefined;
  /** Default "failed". */
  readonly kind?: ErrorKind | undefined;
  readonly cause?: unknown;
}

/**
 * Something outside the rules of the chain failed: a file, a port, a setting, an argument.
 *
 * `code` is a stable word in kebab-case for programs (`disk-full`), `message` says what was tried and with what, `hint`
 * what to do next. A broken consensus rule is never a FluxError: it is returned as a `Reject`.
 */
export class FluxError extends Error {
  override readonly name = "FluxError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly kind: ErrorKind;

  constructor(code: string, message: string, options: FluxErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.kind = options.kind ?? "failed";
  }
}

/** The `code` of an operating system error ("ENOENT", "EACCES" …), undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
