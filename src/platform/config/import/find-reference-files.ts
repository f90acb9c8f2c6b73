import { join } from "node:path";
import { fileStatus } from "../../files.ts";

/**
 * The configuration files of a reference daemon in a home directory: `~/.flux`, else `~/.zelcash`; in it flux.conf, else
 * zelcash.conf, and the node list zelnode.conf, else fluxnode.conf. Empty if there is none.
 */
export function findReferenceFiles(home: string): string[] {
  const folder = [".flux", ".zelcash"].map((name) => join(home, name)).find((path) => fileStatus(path)?.isDirectory);
  if (folder === undefined) return [];
  const firstOf = (names: readonly string[]) =>
    names.map((name) => join(folder, name)).find((path) => fileStatus(path)?.isDirectory === false);
  return [firstOf(["flux.conf", "zelcash.conf"]), firstOf(["zelnode.conf", "fluxnode.conf"])].filter(
    (path) => path !== undefined,
  );
}
