import { writeSync } from "node:fs";
import { systemErrorCode } from "../platform/index.ts";

/** What a command may hand to `--json`; bigint is written as an integer of any size. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

export interface OutputSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/**
 * The two channels of a command: the result on stdout, everything else on stderr.
 *
 * With `--json` stdout carries exactly one JSON document and stderr nothing but a JSON error, so that both can be parsed.
 */
export class Output {
  readonly settings: OutputSettings;
  #resultGiven = false;

  constructor(settings: OutputSettings) {
    this.settings = settings;
  }

  /**
   * Prints the result: `value` with `--json`, else what `text` gives.
   *
   * @throws Error when a command prints a second result, which `--json` could not express
   */
  result(value: JsonValue, text: () => string): void {
    if (this.#resultGiven) throw new Error("a command has one result");
    this.#resultGiven = true;
    writeAll(1, withNewline(this.settings.json ? toJson(value) : text()));
  }

  /** Raw bytes on stdout, for commands whose result is a stream rather than a document. */
  stream(bytes: Uint8Array | string): void {
    this.#resultGiven = true;
    writeAll(1, bytes);
  }

  /** Tells a person how it is going; silent with `--quiet` and `--json`. */
  note(text: string): void {
    if (!this.settings.quiet && !this.settings.json) writeAll(2, withNewline(text));
  }

  /** For what has to be said even with `--quiet`: errors. */
  error(text: string): void {
    writeAll(2, withNewline(text));
  }
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** JSON with two spaces of indentation; a bigint becomes a JSON integer with all its digits. */
export function toJson(value: JsonValue): string {
  const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? rawJson(item.toString()) : item), 2);
}

/** Synchronous, so that nothing is lost when the process ends right afterwards. */
function writeAll(descriptor: 1 | 2, data: Uint8Array | string): void {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = systemErrorCode(error);
      // A pipe that another program switched to non-blocking and does not read fast enough.
      if (code === "EAGAIN") Bun.sleepSync(5);
      // The reader has seen enough (`| head`): not an error, but there is no point in going on.
      else if (code === "EPIPE") process.exit(descriptor === 1 ? 0 : 1);
      else throw error;
    }
  }
}
