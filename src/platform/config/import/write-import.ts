import { OPTIONS, optionKey } from "../options.ts";
import type { Import } from "./convert.ts";

/** The controller's list of fluxnodes, in the reference daemon's format; holds private keys. */
export const NODE_LIST_FILE = "node-list.conf";

/** The texts of the files to write; undefined where there is nothing to put in. */
export interface ImportTexts {
  readonly configuration: string;
  readonly secrets: string | undefined;
  readonly nodeList: string | undefined;
}

export function formatImport(found: Import, sources: readonly string[]): ImportTexts {
  const head = `# Imported from ${sources.map((path) => path.replace(/\p{Cc}/gu, "?")).join(", ")}\n`;
  const lines = (secret: boolean) =>
    [...found.settings]
      .filter(([name]) => OPTIONS[name].secret === secret)
      .flatMap(([name, values]) => values.map((value) => `${optionKey(name)}=${value}\n`))
      .join("");
  const secrets = lines(true);
  const nodes = found.nodes.map(
    ({ alias, address, privateKey, txid, outputIndex }) => `${alias} ${address} ${privateKey} ${txid} ${outputIndex}\n`,
  );
  return {
    configuration: head + lines(false),
    secrets: secrets === "" ? undefined : head + secrets,
    nodeList: nodes.length === 0 ? undefined : head + nodes.join(""),
  };
}
