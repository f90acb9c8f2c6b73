import { isIP } from "node:net";

/** A host and perhaps a port, as people write them. */
export interface NetworkAddress {
  /** IPv4, IPv6 without brackets, or a host name. */
  readonly host: string;
  readonly port: number | undefined;
}

/** A DNS name or .onion address: labels of letters, digits and dashes. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Reads `host`, `host:port`, `[ipv6]`, `[ipv6]:port` or a bare IPv6 address; null for anything else. */
export function parseNetworkAddress(text: string): NetworkAddress | null {
  if (isIP(text) === 6) return { host: text, port: undefined };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return null;
  const [, bracketed, plain, digits] = match;
  const host = bracketed ?? plain ?? "";
  const fits = bracketed === undefined ? isIP(host) === 4 || isHostName(host) : isIP(host) === 6;
  const port = digits === undefined ? undefined : parsePort(digits);
  return fits && port !== null ? { host, port } : null;
}

/** Names of digits and dots alone are mistyped addresses, not names. */
function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && !/^[\d.]+$/.test(text);
}

/** 1 to 65535; null for anything else. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/**
 * An address or a range of addresses in the form `address/bits`; null for anything else. The daemon's other forms
 * (`10.0.0.0/255.0.0.0`, a bare address) are understood.
 */
export function parseSubnet(text: string): string | null {
  const [address = "", mask, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return null;
  const size = version === 4 ? 32 : 128;
  if (mask === undefined) return `${address}/${size}`;
  const bits = /^\d{1,3}$/.test(mask) ? Number(mask) : version === 4 ? netmaskBits(mask) : null;
  return bits === null || bits > size ? null : `${address}/${bits}`;
}

function netmaskBits(mask: string): number | null {
  if (isIP(mask) !== 4) return null;
  const binary = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(binary) ? binary.replaceAll("0", "").length : null;
}
