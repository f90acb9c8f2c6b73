import { USUAL_API_PORT } from "../bench/index.ts";
import type { Settings } from "../platform/config/index.ts";

/** As a node stands in the list of fluxnodes, the usual port left out, an IPv6 address with a port in brackets; "" while nobody has set it. */
export function fluxnodeAddressText(address: Settings["fluxnodeAddress"]): string {
  if (!address) return "";
  const { host, port = USUAL_API_PORT } = address;
  if (port === USUAL_API_PORT) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
