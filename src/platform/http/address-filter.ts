import { BlockList, isIP, isIPv4 } from "node:net";
import { FluxError } from "../errors.ts";

const MAX_KNOWN = 256;

/** Prefix length of a netmask like 255.255.255.0; null for anything else. */
function netmaskBits(text: string): number | null {
  if (!isIPv4(text)) return null;
  const bits = text
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : null;
}

function prefixBits(text: string | undefined, highest: number): number | null {
  if (text === undefined) return highest;
  if (/^\d{1,3}$/.test(text)) return Number(text) <= highest ? Number(text) : null;
  return highest === 32 ? netmaskBits(text) : null;
}

function addSubnet(list: BlockList, text: string): boolean {
  const [host = "", suffix, ...rest] = text.split("/");
  const version = isIP(host);
  const bits = prefixBits(suffix, version === 4 ? 32 : 128);
  if (version === 0 || bits === null || rest.length > 0 || host.includes("%")) return false;
  list.addSubnet(host, bits, version === 4 ? "ipv4" : "ipv6");
  return true;
}

/** A set of IP addresses. */
export class AddressFilter {
  private readonly list = new BlockList();
  private readonly known = new Map<string, boolean>();

  /**
   * @param subnets addresses, `network/bits` or `network/netmask`
   * @throws FluxError subnet-invalid
   */
  constructor(subnets: readonly string[]) {
    for (const subnet of subnets) {
      if (addSubnet(this.list, subnet)) continue;
      throw new FluxError("subnet-invalid", `${JSON.stringify(subnet)} is no range of IP addresses`, {
        kind: "usage",
        hint: "give an address, network/bits or network/netmask, like 192.168.0.0/24",
      });
    }
  }

  /** True if the set holds the address; an IPv4 address inside an IPv6 one counts as itself. */
  holds(address: string): boolean {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const held = this.look(address);
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.set(address, held);
    return held;
  }

  private look(address: string): boolean {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
    const version = isIP(plain);
    return version !== 0 && this.list.check(plain, version === 4 ? "ipv4" : "ipv6");
  }
}
