import type { Command } from "commander";
import type { CommandLine } from "../command-line.ts";
import { loadCommandConfiguration } from "../configuration.ts";
import type { JsonValue } from "../output.ts";
import { table } from "../text-layout.ts";

export function addConfigShowCommand(parent: Command, line: CommandLine): void {
  parent
    .command("show")
    .description("print every setting in force and where it comes from; secrets stay hidden")
    .action(
      line.action(async ({ output, globals }) => {
        const { directory, settings, sources, files } = await loadCommandConfiguration(globals);
        const { OPTION_NAMES, OPTIONS, optionKey } = await import("../../platform/config/index.ts");
        const entries = OPTION_NAMES.map((name) => ({
          key: optionKey(name),
          secret: OPTIONS[name].secret,
          set: sources[name].kind !== "default",
          value: settings[name],
          source: sources[name],
        }));
        output.result(
          {
            dataDirectory: directory,
            files,
            settings: Object.fromEntries(
              entries.map(({ key, secret, set, value, source }) => [
                key,
                secret ? { secret, set, source: { ...source } } : { value: jsonOf(value), source: { ...source } },
              ]),
            ),
          },
          () =>
            table(
              ["KEY", "VALUE", "SOURCE"],
              entries.map(({ key, secret, set, value, source }) => [
                key,
                secret && set ? "(hidden)" : textOf(value),
                sourceText(source),
              ]),
            ),
        );
      }),
    );
}

type Source = Awaited<ReturnType<typeof loadCommandConfiguration>>["sources"]["network"];

function jsonOf(value: unknown): JsonValue {
  return (
    Array.isArray(value) ? value.map(textOf) : typeof value === "object" ? textOf(value) : (value ?? null)
  ) as JsonValue;
}

function textOf(value: unknown): string {
  if (value === undefined) return "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(textOf).join(" ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object" && value !== null) return objectText(value);
  return String(value);
}

/** Written as it is written in the file. */
function objectText(value: object): string {
  if ("host" in value && "port" in value) {
    const host = String(value.host).includes(":") ? `[${value.host}]` : String(value.host);
    return value.port === undefined ? host : `${host}:${value.port}`;
  }
  if ("txid" in value && "index" in value) return `${value.txid}:${value.index}`;
  return JSON.stringify(value);
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case "default":
      return "default";
    case "file":
      return `${source.path}:${source.line}`;
    case "environment":
      return source.variable;
    case "flag":
      return source.flag;
  }
}
