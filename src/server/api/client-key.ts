import { lineOf } from "../../bench/index.ts";

/** What counts as one client: an IPv4 address, or the /64 that an IPv6 customer gets. */
export function clientKey(address: string): string {
  return lineOf(address) ?? address;
}
