import { join } from "node:path";
import { FluxError } from "../errors.ts";
import { fileStatus, readTextFile } from "../files.ts";
import { closestWord } from "./closest-word.ts";
import { splitKeyValueFile } from "./key-value-file.ts";
import {
  environmentName,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
  optionKey,
  optionOfKey,
  type Settings,
} from "./options.ts";

/** Where a value comes from. */
export type Source =
  | { readonly kind: "default" }
  | { readonly kind: "file"; readonly path: string; readonly line: number }
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "flag"; readonly flag: string };

export interface Configuration {
  readonly settings: Settings;
  readonly sources: Readonly<Record<OptionName, Source>>;
  /** The files that were read. */
  readonly files: readonly string[];
}

/** Options given on the command line, as text; lists as arrays, switches as booleans. */
export type Flags = { readonly [Name in OptionName]?: string | boolean | readonly string[] | undefined };

export interface ConfigurationInput {
  /** The data directory (its root, not a network's folder). */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: Flags;
}

export const CONFIGURATION_FILE = "fluxnode.conf";
/** What must not be seen by others, apart so that the rest can be shown when asking for help. */
export const SECRETS_FILE = "secrets.conf";
export const MAX_CONFIGURATION_SIZE = 1 << 20;

/** Variables with our prefix that are not settings. */
const OTHER_VARIABLES = ["FLUXNODE_DATADIR", "FLUXNODE_NATIVE"];

interface Given {
  readonly texts: readonly string[];
  readonly source: Source;
  /** "fluxnode.conf:3" and the like, for messages. */
  readonly place: string;
}

/**
 * The settings in force: defaults, overridden by fluxnode.conf and secrets.conf in the data directory, by `FLUXNODE_*`
 * variables (lists separated by commas), by flags. A list given at one level replaces the list of the level below.
 *
 * @throws FluxError config-invalid (kind "usage") naming every line that is wrong; config-exposed if others can read a secret
 */
export function loadConfiguration(input: ConfigurationInput): Configuration {
  const problems: string[] = [];
  const given = new Map<OptionName, Given>();
  const files = [CONFIGURATION_FILE, SECRETS_FILE]
    .map((name) => join(input.directory, name))
    .filter((path) => readConfigurationFile(path, given, problems));
  readEnvironment(input.environment ?? process.env, given, problems);
  readFlags(input.flags ?? {}, given);

  const settings: Record<string, unknown> = {};
  const sources = {} as Record<OptionName, Source>;
  for (const name of OPTION_NAMES) {
    const value = given.get(name);
    settings[name] = value === undefined ? OPTIONS[name].default : check(name, value, problems);
    sources[name] = value?.source ?? { kind: "default" };
  }
  if (problems.length > 0) throw invalid(problems);
  return { settings: settings as Settings, sources, files };
}

function invalid(problems: readonly string[]): FluxError {
  return new FluxError("config-invalid", problems.join("\n"), {
    kind: "usage",
    hint: "`fluxnode config show` lists all keys once the configuration is right; docs/configuration.md explains them",
  });
}

/** True if the file is there. */
function readConfigurationFile(path: string, given: Map<OptionName, Given>, problems: string[]): boolean {
  const status = fileStatus(path);
  if (!status) return false;
  const { lines, odd } = splitKeyValueFile(readTextFile(path, MAX_CONFIGURATION_SIZE));
  for (const { text, line } of odd) problems.push(`${path}:${line}: ${oddLine(text)}`);
  const seen = new Map<OptionName, string[]>();
  for (const { key, value, line } of lines) {
    const name = optionOfKey(key);
    if (name === undefined) {
      problems.push(`${path}:${line}: unknown key "${key}"${suggestion(key, OPTION_NAMES.map(optionKey))}`);
      continue;
    }
    if (OPTIONS[name].secret && (status.mode & 0o077) !== 0) {
      throw new FluxError("config-exposed", `${path} holds a secret (${key}) but other users may read it`, {
        kind: "refused",
        hint: `run: chmod 600 ${path}`,
      });
    }
    const earlier = seen.get(name);
    if (earlier && !OPTIONS[name].list) {
      problems.push(`${path}:${line}: "${key}" is given twice`);
      continue;
    }
    const texts = [...(earlier ?? []), value];
    seen.set(name, texts);
    given.set(name, { texts, source: { kind: "file", path, line }, place: `${path}:${line}` });
  }
  return true;
}

/** People put the daemon's node list where it had the name of our configuration. */
function oddLine(text: string): string {
  const words = text.split(/\s+/);
  if (words.length >= 5 && /^[0-9a-f]{64}$/i.test(words[3] ?? "")) {
    return "this is a node list of the reference daemon; move it elsewhere and run `fluxnode config import FILE`";
  }
  return 'expected "key=value"';
}

function suggestion(word: string, known: readonly string[]): string {
  const closest = closestWord(word, known);
  return closest === undefined ? "" : ` (did you mean ${closest}?)`;
}

function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  given: Map<OptionName, Given>,
  problems: string[],
): void {
  const names = new Map(OPTION_NAMES.map((name) => [environmentName(name), name]));
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || !variable.startsWith("FLUXNODE_") || OTHER_VARIABLES.includes(variable)) continue;
    const name = names.get(variable);
    if (name === undefined) {
      problems.push(
        `environment: unknown variable ${variable}${suggestion(variable, [...names.keys(), ...OTHER_VARIABLES])}`,
      );
      continue;
    }
    const texts = OPTIONS[name].list
      ? value
          .split(",")
          .map((item) => item.trim())
          .filter((item) => item !== "")
      : [value];
    given.set(name, { texts, source: { kind: "environment", variable }, place: variable });
  }
}

function readFlags(flags: Flags, given: Map<OptionName, Given>): void {
  for (const name of OPTION_NAMES) {
    const value = flags[name];
    if (value === undefined) continue;
    const flag = `--${optionKey(name)}`;
    const texts = typeof value === "object" ? value : [typeof value === "boolean" ? (value ? "yes" : "no") : value];
    given.set(name, { texts, source: { kind: "flag", flag }, place: flag });
  }
}

/** Secrets are not repeated in messages. */
function check(name: OptionName, { texts, place }: Given, problems: string[]): unknown {
  const option = OPTIONS[name];
  const values = texts.map((text) => {
    const objection = objectionToValue(name, text);
    if (objection === null) return option.schema.parse(text);
    const shown = option.secret ? "this value" : JSON.stringify(text.slice(0, 100));
    problems.push(`${place}: ${optionKey(name)} cannot be ${shown}: ${objection}`);
    return undefined;
  });
  return option.list ? values : values[0];
}

/** Checks one value as `loadConfiguration` would; null if it fits, else what was expected, without the value itself. */
export function objectionToValue(name: OptionName, text: string): string | null {
  const { schema, form } = OPTIONS[name];
  const result = schema.safeParse(text);
  if (result.success) return null;
  const message = result.error.issues[0]?.message ?? "";
  return message.startsWith("expected") ? message : `expected ${form}`;
}
