import { parseNetworkAddress } from "../../platform/config/index.ts";

/** Host and port of a peer as operators write it; null for what is neither. */
export function parsePeerName(
  name: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } | null {
  const place = parseNetworkAddress(name);
  return place && { host: place.host, port: place.port ?? defaultPort };
}
