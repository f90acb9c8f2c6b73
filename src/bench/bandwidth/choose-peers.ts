import { parseNetworkAddress } from "../../platform/config/index.ts";
import { randomBelow } from "../../platform/index.ts";
import type { PeerAddress } from "./ask-challenge.ts";
import { lineOf } from "./line-of.ts";
import { isPublicHost } from "./public-host.ts";

/** Asked at once whether they offer the test. */
const CANDIDATES = 12;
/** The API port of a fluxnode whose address names none. */
export const USUAL_API_PORT = 16127;
/** Ports below belong to services of the system. */
const LEAST_PORT = 1024;

/** A confirmed fluxnode of the chain. */
export interface ListedNode {
  /** As `COutPoint(<txid>, n)`. */
  readonly collateral: string;
  /** What its operator wrote there: `address` or `address:port`, or anything else. */
  readonly ip: string;
}

/** Where this machine is, as far as it is known. */
export interface OwnPlace {
  /** Of its own fluxnode, as in the list; null without one. */
  readonly collateral: string | null;
  /** Its addresses, each with or without a port. */
  readonly addresses: readonly string[];
}

export interface PeerChoice {
  /** A few at random, each on a line of its own. */
  readonly known: readonly PeerAddress[];
  /** Why there are none; empty if there are. */
  readonly whyNone: string;
}

/**
 * Fluxnodes of the chain's list with which this machine can measure its line. Those that share the line (the machine itself and
 * others behind its public address) say nothing about it, and of several behind one address one is enough.
 *
 * @param publicOnly whoever registers a node writes its address: it must not lead into the own network of whoever measures
 */
export function choosePeers(listed: readonly ListedNode[], own: OwnPlace, publicOnly: boolean): PeerChoice {
  const ownLines = linesOf(listed, own);
  const lines = new Map<string, PeerAddress[]>();
  let beside = 0;
  let unusable = 0;
  for (const { collateral, ip } of listed) {
    const address = numericAddress(ip);
    const line = address && lineOf(address.host);
    if (collateral === own.collateral || (line !== null && ownLines.has(line))) beside++;
    else if (!address || line === null || (publicOnly && !isPublicPlace(address))) unusable++;
    else lines.set(line, [...(lines.get(line) ?? []), address]);
  }
  const known = someOf([...lines.values()], CANDIDATES).flatMap((sharing) => someOf(sharing, 1));
  return { known, whyNone: known.length > 0 ? "" : reason(beside, unusable) };
}

function linesOf(listed: readonly ListedNode[], { collateral, addresses }: OwnPlace): Set<string> {
  const texts = [...addresses, ...listed.filter((node) => node.collateral === collateral).map(({ ip }) => ip)];
  return new Set(texts.flatMap((text) => lineOf(parseNetworkAddress(text)?.host ?? "") ?? []));
}

/** Names are left out: where they lead is up to whoever holds them, and may change between two looks. */
function numericAddress(ip: string): PeerAddress | null {
  const { host = "", port = USUAL_API_PORT } = parseNetworkAddress(ip) ?? {};
  return host.includes(":") || /^[\d.]+$/.test(host) ? { host, port } : null;
}

function isPublicPlace({ host, port }: PeerAddress): boolean {
  return port >= LEAST_PORT && isPublicHost(host);
}

function someOf<T>(all: readonly T[], most: number): T[] {
  const left = [...all];
  const chosen: T[] = [];
  while (chosen.length < most && left.length > 0) chosen.push(...left.splice(randomBelow(left.length), 1));
  return chosen;
}

function reason(beside: number, unusable: number): string {
  if (beside + unusable === 0) return "the chain lists no fluxnodes";
  const parts = [
    ...(beside > 0 ? [`${beside} on this machine's own line`] : []),
    ...(unusable > 0 ? [`${unusable} without an address that can be used`] : []),
  ];
  return `the chain lists no fluxnode that could be asked, only ${parts.join(" and ")}`;
}
