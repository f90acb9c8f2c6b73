import type { ListedNode, PeerChoice } from "../../bench/index.ts";
import type { ChainAccess, ExactJson, ExactJsonObject } from "../../node/index.ts";
import { FluxError } from "../../platform/index.ts";
import type { GlobalOptions } from "../command-line.ts";

const HOW = "name one with --peer host:port";
const NOT_AT_ITS_END = "the chain in this data directory is not at its end yet";

/** Confirmed fluxnodes of the chain in the data directory, a few at random; the reason where there are none. */
export async function knownPeers(globals: GlobalOptions): Promise<PeerChoice> {
  const [{ accessChain, chooseListedPeers, whileOpen }, { nodeOptions }] = await Promise.all([
    import("../../node/index.ts"),
    import("../node-options.ts"),
  ]);
  try {
    const options = await nodeOptions(globals);
    const access = await accessChain(options);
    const { listed, seenAs } = await whileOpen(access, () => neighbourhood(access));
    const { known, whyNone } = chooseListedPeers(listed, { ...options, seenAs });
    return { known, whyNone: known.length > 0 ? "" : `${whyNone}; ${HOW}` };
  } catch (error) {
    return { known: [], whyNone: `no peers are known: ${await explained(error)}; ${HOW}` };
  }
}

/** Who is listed, and how this machine's peers see it. */
async function neighbourhood(access: ChainAccess) {
  const { chain } = access;
  if (!chain) {
    const listed = listedNodesOf(await access.call("viewdeterministicfluxnodelist", []));
    return { listed, seenAs: addressesSeenBy(await access.call("getpeerinfo", [])) };
  }
  // A list of yesterday still names nodes to ask; that of a chain half way names those of years ago.
  const { tip, params } = chain.view;
  if (tip.chainWork < params.minimumChainWork) throw new FluxError("syncing", NOT_AT_ITS_END);
  const { listedNodes } = await import("../../node/index.ts");
  return { listed: await listedNodes(chain), seenAs: [] };
}

async function explained(error: unknown): Promise<string> {
  if (error instanceof FluxError) {
    const none = error.code === "datadir-not-found" || error.code === "chain-not-found";
    return none ? "there is no chain in this data directory" : error.message;
  }
  const { RpcError } = await import("../../server/rpc/index.ts");
  if (error instanceof RpcError) return NOT_AT_ITS_END;
  throw error;
}

/** @param answer of viewdeterministicfluxnodelist */
export function listedNodesOf(answer: ExactJson): ListedNode[] {
  return objectsOf(answer).flatMap(({ collateral, ip }) =>
    typeof collateral === "string" && typeof ip === "string" ? [{ collateral, ip }] : [],
  );
}

/** Addresses of this machine as peers see them that it chose itself. @param answer of getpeerinfo */
export function addressesSeenBy(answer: ExactJson): string[] {
  return objectsOf(answer).flatMap(({ inbound, addrlocal }) =>
    inbound === false && typeof addrlocal === "string" ? [addrlocal] : [],
  );
}

function objectsOf(answer: ExactJson): ExactJsonObject[] {
  const isObject = (each: ExactJson): each is ExactJsonObject => typeof each === "object" && each !== null;
  return Array.isArray(answer) ? answer.filter(isObject) : [];
}
