import type { GlobalOptions } from "./command-line.ts";
import { loadCommandConfiguration } from "./configuration.ts";

/**
 * What commands that work on a chain need of the settings. Loaded lazily like everything that is slow to load.
 *
 * @param flags the command's own options that are settings, too
 * @throws FluxError config-invalid, unknown-network …
 */
export async function nodeOptions(globals: GlobalOptions, flags: Parameters<typeof loadCommandConfiguration>[1] = {}) {
  const [{ chooseNetwork, rpcCredentials }, { directory, settings }] = await Promise.all([
    import("../node/index.ts"),
    loadCommandConfiguration(globals, flags),
  ]);
  return { root: directory, settings, params: chooseNetwork(settings.network), credentials: rpcCredentials(settings) };
}

/** The RPC methods of the chain that the options mean, for as long as `use` takes. */
export async function withChain<T>(
  globals: GlobalOptions,
  use: (access: import("../node/index.ts").ChainAccess, network: string) => Promise<T>,
): Promise<T> {
  const { accessChain, whileOpen } = await import("../node/index.ts");
  const options = await nodeOptions(globals);
  const access = await accessChain(options);
  return whileOpen(access, () => use(access, options.params.name));
}
