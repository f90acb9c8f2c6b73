import { bytesKey } from "../../protocol/bytes/index.ts";
import { isIpv4Address, parseIpAddress } from "../../protocol/fluxnodes/index.ts";
import { formatIp } from "./net-address.ts";

/** Addresses that agree in the bits of a mask. Both 16 bytes; the network has no bits outside the mask. */
export interface Subnet {
  readonly network: Uint8Array;
  readonly mask: Uint8Array;
}

const IPV4_OFFSET = 12;

/** One address alone. */
export function hostSubnet(ip: Uint8Array): Subnet {
  return { network: ip, mask: new Uint8Array(16).fill(0xff) };
}

/** Reads `address`, `address/bits` or `address/mask`; null for anything else. */
export function parseSubnet(text: string): Subnet | null {
  const slash = text.lastIndexOf("/");
  const address = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return null;
  const start = isIpv4Address(address) ? IPV4_OFFSET : 0;
  const mask = slash < 0 ? new Uint8Array(16).fill(0xff) : parseMask(text.slice(slash + 1), start);
  return mask && { network: Uint8Array.from(address, (byte, i) => byte & (mask[i] as number)), mask };
}

/** @param start offset of the address family's own bytes; those before it always count */
function parseMask(text: string, start: number): Uint8Array | null {
  const mask = new Uint8Array(16).fill(0xff);
  if (!/^[+-]?\d{1,10}$/.test(text)) {
    const bytes = parseIpAddress(text);
    if (!bytes) return null;
    mask.set(bytes.slice(start), start);
    return mask;
  }
  const bits = Number(text);
  if (bits < 0 || bits > 128 - start * 8) return null;
  for (let bit = start * 8 + bits; bit < 128; bit++)
    mask[bit >> 3] = (mask[bit >> 3] as number) & ~(1 << (7 - (bit & 7)));
  return mask;
}

export function subnetContains({ network, mask }: Subnet, ip: Uint8Array): boolean {
  return network.every((byte, i) => byte === ((ip[i] as number) & (mask[i] as number)));
}

export function subnetKey({ network, mask }: Subnet): string {
  return bytesKey(network) + bytesKey(mask);
}

/** With its mask, as the daemon lists bans. */
export function formatSubnet({ network, mask }: Subnet): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((mask[2 * i] as number) << 8) | (mask[2 * i + 1] as number));
  const maskText = isIpv4Address([...network])
    ? [...mask.subarray(IPV4_OFFSET)].join(".")
    : groups.map((group) => group.toString(16)).join(":");
  return `${formatIp(network)}/${maskText}`;
}
