import type { Settings } from "../platform/config/index.ts";

/** Port of the API that is left out of a node's address. */
const DEFAULT_API_PORT = 16127;

/** As a node stands in the list of fluxnodes, an IPv6 address with a port in brackets; "" while nobody has set it. */
export function fluxnodeAddressText(address: Settings["fluxnodeAddress"]): string {
  if (!address) return "";
  const { host, port = DEFAULT_API_PORT } = address;
  if (port === DEFAULT_API_PORT) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
