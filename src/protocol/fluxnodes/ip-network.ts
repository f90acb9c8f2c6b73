import { isIpv4Address, isOnionAddress, parseIpAddress, startsWith } from "./ip-address.ts";

/** Networks as the node list names them; empty for what is no public numeric address. */
export type IpNetwork = "ipv4" | "ipv6" | "onion" | "";

/** True if the address starts with the first `bits` bits of the prefix. */
function inBlock(address: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let i = 0; i * 8 < bits; i++) {
    const mask = bits - i * 8 >= 8 ? 0xff : (0xff << (8 - (bits - i * 8))) & 0xff;
    if (((address[i] as number) & mask) !== ((prefix[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** Blocks that the reference calls unroutable: private, shared, link-local, documentation, benchmark, loopback and "this" network. */
const UNROUTABLE_IPV4: readonly (readonly [readonly number[], number])[] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 2], 24],
  [[192, 168], 16],
  [[198, 18], 15],
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[255, 255, 255, 255], 32],
];

/** Link-local, unique local, ORCHID, documentation, loopback and unspecified addresses. */
const UNROUTABLE_IPV6: readonly (readonly [readonly number[], number])[] = [
  [[0xfe, 0x80], 64],
  [[0xfc], 7],
  [[0x20, 0x01, 0x00, 0x10], 28],
  [[0x20, 0x01, 0x0d, 0xb8], 32],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128],
  [[], 128],
];

/** An IPv4 address shifted by three bytes: garbage that old peers once spread. */
const SHIFTED_IPV4 = [0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Network of an ip text as it stands, as `getfluxnodestatus` and the counters of `getfluxnodecount` tell it: empty as soon as the
 * text carries a port (spec rpc.md section 3 and quirk 6), and for private addresses.
 */
export function networkOfIp(ip: string): IpNetwork {
  const address = parseIpAddress(ip);
  if (!address || startsWith(address, SHIFTED_IPV4)) return "";
  if (isOnionAddress(address)) return "onion";
  if (isIpv4Address(address)) {
    const quad = address.slice(12);
    return UNROUTABLE_IPV4.some(([prefix, bits]) => inBlock(quad, prefix, bits)) ? "" : "ipv4";
  }
  return UNROUTABLE_IPV6.some(([prefix, bits]) => inBlock(address, prefix, bits)) ? "" : "ipv6";
}

/** Network of an ip text without its port, as the node lists tell it. */
export function networkOfNode(ip: string): IpNetwork {
  return networkOfIp(hostOf(ip));
}

/**
 * Host part of "host", "host:port", "[host]" or "[host]:port" in the reference's reading: a colon only starts a port if it is the
 * only one or follows a bracket, and if a number from 1 to 65535 follows it.
 */
export function hostOf(ip: string): string {
  const colon = ip.lastIndexOf(":");
  const bracketed = colon > 0 && ip.startsWith("[") && ip[colon - 1] === "]";
  const single = colon >= 0 && ip.indexOf(":") === colon;
  let host = ip;
  if (colon >= 0 && (colon === 0 || bracketed || single)) {
    const digits = ip.slice(colon + 1);
    const port = /^[+-]?[0-9]+$/.test(digits) ? Number(digits) : 0;
    if (port > 0 && port < 0x10000) host = ip.slice(0, colon);
  }
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}
