import { parseNetworkAddress } from "../../platform/config/index.ts";
import { randomBelow } from "../../platform/index.ts";
import { networkOfIp, parseIpAddress } from "../../protocol/fluxnodes/index.ts";
import type { PeerAddress } from "./ask-challenge.ts";

/** Asked at once whether they offer the test. */
const CANDIDATES = 12;
const USUAL_PORT = 16127;

/**
 * Where the API ports of fluxnodes are, one for each address.
 *
 * @param texts as nodes stand in the list: `address` or `address:port`
 * @param publicOnly whoever registers a node writes its address: it must not lead into the own network of whoever measures
 */
export function apiPortsOf(texts: Iterable<string>, publicOnly: boolean): PeerAddress[] {
  const found = new Map<string, PeerAddress>();
  for (const text of texts) {
    const address = parseNetworkAddress(text);
    if (!address || !isUsable(address.host, publicOnly)) continue;
    found.set(address.host, { host: address.host, port: address.port ?? USUAL_PORT });
  }
  return [...found.values()];
}

/** A few of them at random. */
export function choosePeers(peers: readonly PeerAddress[]): PeerAddress[] {
  const all = [...peers];
  const chosen: PeerAddress[] = [];
  while (chosen.length < CANDIDATES && all.length > 0) chosen.push(...all.splice(randomBelow(all.length), 1));
  return chosen;
}

function isUsable(host: string, publicOnly: boolean): boolean {
  if (!publicOnly) return parseIpAddress(host) !== null;
  const name = networkOfIp(host);
  return name === "ipv4" || name === "ipv6";
}
