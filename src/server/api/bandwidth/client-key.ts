import { toHex } from "../../../protocol/bytes/index.ts";
import { isIpv4Address, parseIpAddress } from "../../../protocol/fluxnodes/index.ts";

const NETWORK_BYTES = 8;

/** What counts as one client: an IPv4 address, or the /64 that an IPv6 customer gets. */
export function clientKey(address: string): string {
  const bytes = parseIpAddress(address.replace(/%.*$/, ""));
  if (bytes === null) return address;
  return toHex(Uint8Array.from(isIpv4Address(bytes) ? bytes.slice(12) : bytes.slice(0, NETWORK_BYTES)));
}
