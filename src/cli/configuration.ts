import { resolveDataDirectory } from "../platform/index.ts";
import type { GlobalOptions } from "./command-line.ts";

/**
 * The settings for a command, and the data directory (its root) that they were read from. Loaded lazily, because most of the
 * quick commands need neither.
 *
 * @param flags the command's own options that are settings, too
 * @throws FluxError config-invalid, config-exposed
 */
export async function loadCommandConfiguration(
  globals: GlobalOptions,
  flags: import("../platform/config/index.ts").Flags = {},
) {
  const { loadConfiguration } = await import("../platform/config/index.ts");
  const directory = resolveDataDirectory(globals.datadir);
  const configuration = loadConfiguration({ directory, flags: { network: globals.network, ...flags } });
  return { directory, ...configuration };
}
