/** One `key=value` line. */
export interface KeyValueLine {
  readonly key: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A line that is neither empty, a comment nor `key=value`. */
export interface OddLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Splits a configuration file of the reference daemon's format, which is ours, too (spec/fluxnode-config.md section 2):
 * one `key=value` per line, blanks around both removed, `#` starts a comment only at the beginning of a line.
 */
export function splitKeyValueFile(content: string): { lines: KeyValueLine[]; odd: OddLine[] } {
  const lines: KeyValueLine[] = [];
  const odd: OddLine[] = [];
  content.split(/\r?\n/).forEach((raw, index) => {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) return;
    const line = index + 1;
    const equals = text.indexOf("=");
    if (equals <= 0) odd.push({ text, line });
    else lines.push({ key: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim(), line });
  });
  return { lines, odd };
}
