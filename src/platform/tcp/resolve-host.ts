import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Numeric addresses of a host name, or the address itself; none if it cannot be found. */
export async function resolveHost(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch {
    return [];
  }
}
