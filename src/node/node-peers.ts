import type { Chain } from "../chain/index.ts";
import { chainPool, PeerNetwork, PeerStore } from "../p2p/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { type Clock, type DataDirectory, FluxError, type Log } from "../platform/index.ts";
import { openNodeDatabase } from "./node-database.ts";

/** Every address of this machine, by IPv6 and IPv4. */
const EVERYWHERE = "::";
const EVERYWHERE_IPV4 = "0.0.0.0";

export interface NodePeersOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly directory: DataDirectory;
  readonly settings: Pick<
    Settings,
    "listen" | "connect" | "addNode" | "externalAddress" | "maxConnections" | "maxOrphans"
  >;
  readonly userAgent: string;
  readonly log: Log;
}

/** The peers of a node, with the file where they are kept. */
export interface NodePeers {
  readonly network: PeerNetwork;
  close(): Promise<void>;
}

/**
 * Opens the peer-to-peer side of a node.
 * @throws FluxError port-in-use, listen-failed for an address that was asked for; those of openDatabase
 */
export function openPeers(options: NodePeersOptions): NodePeers {
  const database = openNodeDatabase(options.directory);
  try {
    const network = openNetwork(options, new PeerStore(database));
    const close = async () => {
      try {
        await network.close();
      } finally {
        database.close();
      }
    };
    let closing: Promise<void> | null = null;
    return {
      network,
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openNetwork({ chain, clock, settings, userAgent, log }: NodePeersOptions, store: PeerStore): PeerNetwork {
  const { listen, connect, addNode, externalAddress, maxConnections, maxOrphans } = settings;
  const open = (place: { readonly host: string; readonly port: number } | null) =>
    new PeerNetwork({
      chain,
      pool: chainPool(chain),
      clock,
      log,
      store,
      userAgent,
      listen: place,
      connect,
      addNode,
      externalAddresses: externalAddress,
      maxConnections,
      maxOrphans,
      complete: chain.history.isComplete,
    });
  const { p2pPort } = chain.params;
  if (listen === "off") return open(null);
  if (listen) return open({ host: listen.host, port: listen.port ?? p2pPort });
  // Whoever names the peers to connect to wants no others, unless he says so.
  if (connect.length > 0) return open(null);
  for (const host of [EVERYWHERE, EVERYWHERE_IPV4]) {
    try {
      return open({ host, port: p2pPort });
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      log.debug("cannot accept peers there", { host, error: error.message });
    }
  }
  log.warn("the usual port for peers is taken: none are accepted", { port: p2pPort });
  return open(null);
}
