const IPV4_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const ONION_PREFIX = [0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43];
const ONION_LENGTH = 10;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Number in the C way: 0x… hexadecimal, 0… octal, else decimal; -1 for anything else. */
function parseCNumber(text: string): number {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9][0-9]*$/.test(text) ? Number.parseInt(text, 10) : -1;
}

/** The system resolver's numeric IPv4 forms: one to four numbers, the last of which fills the rest of the address. */
function parseIpv4(text: string): number[] | null {
  const parts = text.split(".").map(parseCNumber);
  const last = parts.pop();
  if (last === undefined || last < 0 || parts.length > 3) return null;
  if (parts.some((part) => part < 0 || part > 255)) return null;
  const rest = 4 - parts.length;
  if (last >= 256 ** rest) return null;
  for (let shift = rest - 1; shift >= 0; shift--) parts.push(Math.floor(last / 256 ** shift) % 256);
  return parts;
}

/** Dotted quad without leading zeros, as it may end an IPv6 address. */
function parseDottedQuad(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part))) return null;
  const numbers = parts.map(Number);
  return numbers.every((number) => number <= 255) ? numbers : null;
}

/** Bytes of the groups between colons; a dotted quad may be the last of them. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | null {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    const quad = mayEndDotted && i === groups.length - 1 && group.includes(".") ? parseDottedQuad(group) : null;
    if (quad) bytes.push(...quad);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return null;
  }
  return bytes;
}

function parseIpv6(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length === 1) {
    const bytes = parseGroups(text, true);
    return bytes?.length === 16 ? bytes : null;
  }
  if (halves.length !== 2) return null;
  const head = parseGroups(halves[0] as string, false);
  const tail = parseGroups(halves[1] as string, true);
  if (!head || !tail || head.length + tail.length > 14) return null;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** Version 2 onion names: 16 base-32 digits for ten bytes. Longer (version 3) names do not fit the address form. */
function parseOnion(text: string): number[] | null {
  const name = text.slice(0, -".onion".length).toLowerCase();
  if (!text.endsWith(".onion") || name.length !== 16) return null;
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of name) {
    const digit = BASE32.indexOf(character);
    if (digit < 0) return null;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return bytes.length === ONION_LENGTH ? [...ONION_PREFIX, ...bytes] : null;
}

/** The 16-byte form of a numeric address or onion name, brackets allowed; null for anything else, names and "host:port" included. */
export function parseIpAddress(text: string): number[] | null {
  // The reference hands the text on as a C string.
  const end = text.indexOf("\0");
  const host = end < 0 ? text : text.slice(0, end);
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const ipv4 = parseIpv4(bare);
  return parseOnion(bare) ?? (ipv4 && [...IPV4_PREFIX, ...ipv4]) ?? parseIpv6(bare);
}

export function isIpv4Address(address: readonly number[]): boolean {
  return startsWith(address, IPV4_PREFIX);
}

export function isOnionAddress(address: readonly number[]): boolean {
  return startsWith(address, ONION_PREFIX);
}

export function startsWith(address: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => address[i] === byte);
}
