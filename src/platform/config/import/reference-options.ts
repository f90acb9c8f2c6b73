import { splitKeyValueFile } from "../key-value-file.ts";

/** The options of a flux.conf with the daemon's own rules for reading them. */
export class ReferenceOptions {
  readonly #values = new Map<string, string[]>();
  /** Lines that the daemon ignores without a word. */
  readonly ignoredLines: readonly number[];

  constructor(content: string) {
    const { lines, odd } = splitKeyValueFile(content);
    for (const { key, value } of lines) {
      const [name, text] = positiveForm(key, value);
      this.#values.set(name, [...(this.#values.get(name) ?? []), text]);
    }
    this.ignoredLines = odd.map(({ line }) => line);
  }

  get keys(): string[] {
    return [...this.#values.keys()];
  }

  /** Of a single-valued option the first occurrence counts. */
  first(key: string): string | undefined {
    return this.#values.get(key)?.[0];
  }

  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  /** A switch is on with an empty value or a number other than 0. */
  isOn(key: string): boolean {
    const value = this.first(key);
    return value !== undefined && (value === "" || (Number.parseInt(value, 10) || 0) !== 0);
  }
}

/** `nolisten=1` means `listen=0`. Some keys merely begin with these letters. */
function positiveForm(key: string, value: string): [string, string] {
  const name = key.startsWith("-") ? key.slice(1) : key;
  if (!/^no(?!de)[a-z]/.test(name)) return [name, value];
  return [name.slice(2), Number.parseInt(value, 10) === 0 ? "1" : "0"];
}
