import { bytesKey } from "../../protocol/bytes/index.ts";
import { isIpv4Address, isOnionAddress, networkOfIp, parseIpAddress } from "../../protocol/fluxnodes/index.ts";

/** Where a peer is. */
export interface NetAddress {
  /** IPv6, or IPv4 as ::ffff:a.b.c.d; 16 bytes. */
  readonly ip: Uint8Array;
  readonly port: number;
}

/** Nowhere: what a version message says of an address that is not known. */
export const NO_ADDRESS: NetAddress = { ip: ipv4(0, 0, 0, 0), port: 0 };

function ipv4(...quad: [number, number, number, number]): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...quad);
}

/** The address of a numeric host or onion name; null for anything else. */
export function netAddress(host: string, port: number): NetAddress | null {
  // A scope like %eth0 says through which door, not where.
  const ip = parseIpAddress(host.replace(/%.*$/, ""));
  return ip && { ip: Uint8Array.from(ip), port };
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

function onionName(ip: Uint8Array): string {
  let bits = 0n;
  for (const byte of ip.subarray(6)) bits = (bits << 8n) | BigInt(byte);
  let name = "";
  for (let i = 15n; i >= 0n; i--) name += BASE32[Number((bits >> (i * 5n)) & 31n)];
  return `${name}.onion`;
}

/** Groups in hex with the longest run of zeros left out, as RFC 5952 asks. */
function ipv6Text(ip: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((ip[2 * i] as number) << 8) | (ip[2 * i + 1] as number)).toString(16),
  );
  const text = groups.join(":");
  const runs = text.match(/(?:^|:)(?:0(?::0)+)(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

export function formatIp(ip: Uint8Array): string {
  const bytes = [...ip];
  if (isIpv4Address(bytes)) return bytes.slice(12).join(".");
  return isOnionAddress(bytes) ? onionName(ip) : ipv6Text(ip);
}

/** "host:port", with brackets around IPv6. */
export function formatAddress({ ip, port }: NetAddress): string {
  const host = formatIp(ip);
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function ipKey(ip: Uint8Array): string {
  return bytesKey(ip);
}

export function addressKey({ ip, port }: NetAddress): string {
  return bytesKey(ip) + String.fromCharCode(port);
}

/** True for addresses of this machine alone: 127/8, 0/8 and ::1. */
export function isLocalIp(ip: Uint8Array): boolean {
  const bytes = [...ip];
  if (isIpv4Address(bytes)) return bytes[12] === 127 || bytes[12] === 0;
  return bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
}

export type NetworkName = "ipv4" | "ipv6" | "onion";

/** The network of a public address; null for private ones. */
export function networkOf(ip: Uint8Array): NetworkName | null {
  return networkOfIp(formatIp(ip)) || null;
}

export function isRoutable(ip: Uint8Array): boolean {
  return networkOf(ip) !== null;
}

/** True for addresses in a network that this program can connect to: there is no way into the onion network. */
export function isReachable(ip: Uint8Array): boolean {
  return networkOf(ip) !== "onion";
}

function hasPrefix(ip: Uint8Array, ...prefix: number[]): boolean {
  return prefix.every((byte, i) => ip[i] === byte);
}

/**
 * Whoever controls one address of a group is likely to control others: /16 of IPv4 (also where it hides in IPv6), /32 of IPv6,
 * /36 of he.net, /4 of onions; all private addresses together.
 */
export function addressGroup(ip: Uint8Array): string {
  const network = networkOf(ip);
  if (network === null) return "private";
  if (network === "ipv4" || hasPrefix(ip, 0, 0x64, 0xff, 0x9b)) return `4:${ip[12]}.${ip[13]}`;
  if (network === "onion") return `o:${(ip[6] as number) >> 4}`;
  if (hasPrefix(ip, 0x20, 0x02)) return `4:${ip[2]}.${ip[3]}`;
  if (hasPrefix(ip, 0x20, 0x01, 0, 0)) return `4:${(ip[12] as number) ^ 0xff}.${(ip[13] as number) ^ 0xff}`;
  const start = `6:${bytesKey(ip.subarray(0, 4))}`;
  return hasPrefix(ip, 0x20, 0x01, 0x04, 0x70) ? `${start}${(ip[4] as number) >> 4}` : start;
}
