import type { BandwidthOptions } from "../../bench/index.ts";
import { FluxError } from "../../platform/index.ts";
import type { GlobalOptions } from "../command-line.ts";
import { wholeNumber } from "../whole-number.ts";
import { knownPeers } from "./known-peers.ts";

export interface BandwidthFlags {
  readonly peer?: readonly string[];
  readonly streams: string;
  readonly maxTraffic?: string;
}

const MAX_PEERS = 16;
const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** @throws FluxError usage */
export async function checkedBandwidthFlags({ peer = [], streams, maxTraffic }: BandwidthFlags) {
  if (peer.length > MAX_PEERS) {
    throw new FluxError("usage", `--peer may be given ${MAX_PEERS} times`, { kind: "usage" });
  }
  return {
    peers: await Promise.all(peer.map(peerAddress)),
    streams: wholeNumber(streams, "--streams", 1, 8),
    maxTrafficBytes: maxTraffic === undefined ? null : byteCount(maxTraffic, "--max-traffic"),
  };
}

/** With whom to measure: those that were named, else nodes of the chain that this data directory knows. */
export async function bandwidthOptions(
  globals: GlobalOptions,
  flags: Awaited<ReturnType<typeof checkedBandwidthFlags>>,
): Promise<BandwidthOptions> {
  if (flags.peers.length > 0) return { ...flags, known: [], whyNone: "" };
  return { ...flags, ...(await knownPeers(globals)) };
}

async function peerAddress(text: string) {
  const { parseNetworkAddress } = await import("../../platform/config/index.ts");
  const address = parseNetworkAddress(text);
  if (address?.port !== undefined) return { host: address.host, port: address.port };
  throw new FluxError("usage", `--peer expects host:port, not ${JSON.stringify(text)}`, {
    kind: "usage",
    hint: "the port is the API port of the other node, usually 16127",
  });
}

/** "500M" and the like, in decimal units. @throws FluxError usage */
function byteCount(text: string, name: string): number {
  const [, digits, unit = ""] = /^(\d{1,12}(?:\.\d{1,6})?)([kMGT]?)B?$/.exec(text) ?? [];
  const bytes = Math.floor(Number(digits) * (UNITS[unit] ?? Number.NaN));
  if (bytes >= 1 && bytes <= 1e15) return bytes;
  throw new FluxError("usage", `${name} expects a number of bytes like 500M or 2G, not ${JSON.stringify(text)}`, {
    kind: "usage",
  });
}
