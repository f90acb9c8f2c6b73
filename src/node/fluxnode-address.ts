import type { Settings } from "../platform/config/index.ts";

/** Port of the API that is left out of a node's address. */
const DEFAULT_API_PORT = 16127;

/** As a node stands in the list of fluxnodes; "" while nobody has set it. */
export function fluxnodeAddressText(address: Settings["fluxnodeAddress"]): string {
  if (!address) return "";
  return address.port === undefined || address.port === DEFAULT_API_PORT
    ? address.host
    : `${address.host}:${address.port}`;
}
