import { isIpv4Address, networkOfIp, parseIpAddress } from "../../protocol/fluxnodes/index.ts";

const FIRST_MULTICAST = 224;

/**
 * True for a numeric address to which a stranger's word may lead this machine. Stricter than what the chain calls public: no
 * multicast and nothing set aside, and of IPv6 only what is given to networks, without those ranges that carry an IPv4 address
 * (6to4, Teredo, NAT64), because a gateway nearby would take it out again and lead into the own network.
 */
export function isPublicHost(host: string): boolean {
  const bytes = parseIpAddress(host);
  const network = networkOfIp(host);
  if (!bytes || (network !== "ipv4" && network !== "ipv6")) return false;
  if (isIpv4Address(bytes)) {
    const [a = 0, b, c] = bytes.slice(12);
    return a < FIRST_MULTICAST && !(a === 192 && b === 0 && c === 0) && !(a === 192 && b === 88 && c === 99);
  }
  const [a = 0, b, c = 0] = bytes;
  const given = (a & 0xe0) === 0x20;
  const protocols = a === 0x20 && b === 0x01 && (c & 0xfe) === 0;
  return given && !protocols && !(a === 0x20 && b === 0x02);
}
