import type { PeerAddress } from "../../bench/index.ts";
import type { ExactJson } from "../../node/index.ts";
import { FluxError } from "../../platform/index.ts";
import type { GlobalOptions } from "../command-line.ts";

const HOW = "name one with --peer host:port";

interface KnownPeers {
  readonly known: readonly PeerAddress[];
  readonly whyNone: string;
}

/** Confirmed fluxnodes of the chain in the data directory, a few at random; the reason where there are none. */
export async function knownPeers(globals: GlobalOptions): Promise<KnownPeers> {
  const [{ withChain }, { choosePeers }] = await Promise.all([
    import("../node-options.ts"),
    import("../../bench/index.ts"),
  ]);
  try {
    const known = await withChain(globals, async (access, network) =>
      choosePeers(await peerAddresses(await access.call("viewdeterministicfluxnodelist", []), network)),
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
  const { apiPortsOf } = await import("../../bench/index.ts");
  const texts = (Array.isArray(list) ? list : []).flatMap((entry) => {
    const ip = typeof entry === "object" && entry !== null && "ip" in entry ? entry.ip : null;
    return typeof ip === "string" ? [ip] : [];
  });
  return apiPortsOf(texts, network === "main" || network === "test");
}
