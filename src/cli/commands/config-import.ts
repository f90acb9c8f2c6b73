import type { Command } from "commander";
import {
  createDataDirectory,
  type DataDirectory,
  FluxError,
  fileStatus,
  homeDirectory,
  OWNER_ONLY_FILE,
  readTextFile,
  resolveDataDirectory,
  writeFileAtomically,
} from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { table } from "../text-layout.ts";

interface ImportOptions {
  readonly dryRun?: true;
  readonly force?: true;
}

export function addConfigImportCommand(parent: Command, line: CommandLine): void {
  parent
    .command("import")
    .description("take over the configuration and the node list of the reference daemon")
    .argument("[files...]", "flux.conf, zelcash.conf or a node list (default: those in ~/.flux or ~/.zelcash)")
    .option("--dry-run", "say what would be imported and write nothing")
    .option("--force", "replace files that exist already")
    .action(
      line.action<ImportOptions>(async ({ output, globals }, options) => {
        const config = await import("../../platform/config/index.ts");
        const sources = options.args.length > 0 ? options.args : config.findReferenceFiles(homeDirectory());
        if (sources.length === 0) {
          throw new FluxError("nothing-to-import", "there is no configuration in ~/.flux or ~/.zelcash", {
            kind: "not-found",
            hint: "name the file: fluxnode config import /path/to/flux.conf",
          });
        }
        const found = config.convertReferenceFiles(
          sources.map((path) => ({ path, content: readTextFile(path, config.MAX_CONFIGURATION_SIZE) })),
        );
        const network = found.settings.get("network")?.[0] ?? "main";
        const directory = resolveDataDirectory(globals.datadir);
        const texts = config.formatImport(found, sources);
        const plan = (data: Pick<DataDirectory, "root" | "file">) => [
          ...(found.settings.size === 0
            ? []
            : [{ path: `${data.root}/${config.CONFIGURATION_FILE}`, text: texts.configuration }]),
          ...(texts.secrets === undefined
            ? []
            : [{ path: `${data.root}/${config.SECRETS_FILE}`, text: texts.secrets }]),
          ...(texts.nodeList === undefined ? [] : [{ path: data.file(config.NODE_LIST_FILE), text: texts.nodeList }]),
        ];
        const { dataDirectory } = await import("../../platform/index.ts");
        const files = plan(dataDirectory(directory, network));
        if (!options.dryRun) write(files, directory, network, options.force === true);
        output.result(
          {
            dryRun: options.dryRun === true,
            sources,
            files: files.map(({ path }) => path),
            taken: found.taken.map((entry) => ({ ...entry })),
            left: found.left.map((entry) => ({ ...entry })),
            nodes: found.nodes.map(({ alias }) => alias),
          },
          () =>
            report(
              found,
              files.map(({ path }) => path),
              options.dryRun === true,
            ),
        );
      }),
    );
}

interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** Looks first and writes then, so that a refusal changes nothing. */
function write(files: readonly PlannedFile[], directory: string, network: string, replace: boolean): void {
  const existing = files.filter(({ path }) => fileStatus(path) !== undefined);
  if (existing.length > 0 && !replace) {
    throw new FluxError("already-exists", `already there: ${existing.map(({ path }) => path).join(", ")}`, {
      kind: "refused",
      hint: "nothing was changed; use --force to replace, --dry-run to look first",
    });
  }
  createDataDirectory(directory, network);
  for (const { path, text } of files) writeFileAtomically(path, text, OWNER_ONLY_FILE);
}

type Found = ReturnType<typeof import("../../platform/config/index.ts").convertReferenceFiles>;

function report(found: Found, files: readonly string[], dryRun: boolean): string {
  const sections: string[] = [];
  if (found.taken.length > 0) {
    sections.push(
      table(
        ["TAKEN OVER", "AS"],
        found.taken.map(({ from, to }) => [from, to]),
      ),
    );
  }
  if (found.left.length > 0) {
    sections.push(
      table(
        ["LEFT OUT", "BECAUSE"],
        found.left.map(({ key, reason }) => [key, reason]),
      ),
    );
  }
  if (found.nodes.length > 0) {
    sections.push(
      table(
        ["FLUXNODE", "ADDRESS"],
        found.nodes.map(({ alias, address }) => [alias, address]),
      ),
    );
  }
  sections.push(`${dryRun ? "would write" : "wrote"} ${files.length === 0 ? "nothing" : files.join(", ")}`);
  return sections.join("\n\n");
}
