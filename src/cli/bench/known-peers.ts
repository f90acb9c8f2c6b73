import type { PeerAddress } from "../../bench/index.ts";
import type { ExactJson } from "../../node/index.ts";
import { FluxError, randomBelow } from "../../platform/index.ts";
import type { GlobalOptions } from "../command-line.ts";

/** Asked at once whether they offer the test. */
const CANDIDATES = 12;
const USUAL_PORT = 16127;
const HOW = "name one with --peer host:port";

interface KnownPeers {
  readonly known: readonly PeerAddress[];
  readonly whyNone: string;
}

/** Confirmed fluxnodes of the chain in the data directory, a few at random; the reason where there are none. */
export async function knownPeers(globals: GlobalOptions): Promise<KnownPeers> {
  const { withChain } = await import("../node-options.ts");
  try {
    const known = await withChain(globals, async (access, network) =>
      sample(await peerAddresses(await access.call("viewdeterministicfluxnodelist", []), network)),
    );
    return { known, whyNone: `the chain in this data directory names no fluxnode that could be asked; ${HOW}` };
  } catch (error) {
    return { known: [], whyNone: `no peers are known: ${await explained(error)}; ${HOW}` };
  }
}

async function explained(error: unknown): Promise<string> {
  if (error instanceof FluxError) {
    const none = error.code === "datadir-not-found" || error.code === "chain-not-found";
    return none ? "there is no chain in this data directory" : error.message;
  }
  const { RpcError } = await import("../../server/rpc/index.ts");
  if (error instanceof RpcError) return "the chain in this data directory is not at its end yet";
  throw error;
}

/** Where the API ports of a list of fluxnodes are, one of each address. @param list as viewdeterministicfluxnodelist tells it */
export async function peerAddresses(list: ExactJson, network: string): Promise<PeerAddress[]> {
  const [{ parseNetworkAddress }, { networkOfIp, parseIpAddress }] = await Promise.all([
    import("../../platform/config/index.ts"),
    import("../../protocol/fluxnodes/index.ts"),
  ]);
  // Whoever registers a node writes the address: it must not lead into the own network of whoever measures.
  const isPublic = (host: string) => {
    const name = networkOfIp(host);
    return network === "main" || network === "test"
      ? name === "ipv4" || name === "ipv6"
      : parseIpAddress(host) !== null;
  };
  const found = new Map<string, PeerAddress>();
  for (const entry of Array.isArray(list) ? list : []) {
    const ip = typeof entry === "object" && entry !== null && "ip" in entry ? entry.ip : null;
    const address = typeof ip === "string" ? parseNetworkAddress(ip) : null;
    if (!address || !isPublic(address.host)) continue;
    found.set(address.host, { host: address.host, port: address.port ?? USUAL_PORT });
  }
  return [...found.values()];
}

function sample(all: PeerAddress[]): PeerAddress[] {
  const chosen: PeerAddress[] = [];
  while (chosen.length < CANDIDATES && all.length > 0) chosen.push(...all.splice(randomBelow(all.length), 1));
  return chosen;
}
