import { toHex } from "../../protocol/bytes/index.ts";
import { isIpv4Address, parseIpAddress } from "../../protocol/fluxnodes/index.ts";

const NETWORK_BYTES = 8;

/**
 * What stands for the line behind a numeric address: the IPv4 address, or the /64 that an IPv6 customer gets. Null for what is no
 * numeric address.
 */
export function lineOf(host: string): string | null {
  const bytes = parseIpAddress(host.replace(/%.*$/, ""));
  return bytes && toHex(Uint8Array.from(isIpv4Address(bytes) ? bytes.slice(12) : bytes.slice(0, NETWORK_BYTES)));
}
