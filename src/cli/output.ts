import { writeStandardStream } from "../platform/index.ts";

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
    writeStandardStream(1, withNewline(this.settings.json ? toJson(value) : text()));
  }

  /** Raw bytes on stdout, for commands whose result is a stream rather than a document. */
  stream(bytes: Uint8Array | string): void {
    this.#resultGiven = true;
    writeStandardStream(1, bytes);
  }

  /** Tells a person how it is going; silent with `--quiet` and `--json`. */
  note(text: string): void {
    if (!this.settings.quiet && !this.settings.json) writeStandardStream(2, withNewline(text));
  }

  /** For what has to be said even with `--quiet`: errors. */
  error(text: string): void {
    writeStandardStream(2, withNewline(text));
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
