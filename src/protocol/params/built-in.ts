import { parseNetworkFile } from "./network-file.ts";
import type { NetworkParams } from "./network-params.ts";
import devnet from "./networks/devnet.json" with { type: "json" };
import main from "./networks/main.json" with { type: "json" };
import regtest from "./networks/regtest.json" with { type: "json" };
import test from "./networks/test.json" with { type: "json" };

const FILES: Readonly<Record<string, unknown>> = { main, test, regtest, devnet };
const parsed = new Map<string, NetworkParams>();

/** Names that {@link builtInNetwork} knows. */
export const BUILT_IN_NETWORKS: readonly string[] = Object.keys(FILES);

/** Parameters of a built-in network, or undefined for another name. */
export function builtInNetwork(name: string): NetworkParams | undefined {
  const known = parsed.get(name);
  if (known) return known;
  if (!Object.hasOwn(FILES, name)) return undefined;
  const params = parseNetworkFile(FILES[name]);
  parsed.set(name, params);
  return params;
}
