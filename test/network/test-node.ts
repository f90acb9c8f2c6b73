import type { Chain } from "../../src/chain/index.ts";
import { Chain as ChainClass } from "../../src/chain/index.ts";
import { AddressBook } from "../../src/p2p/addresses/address-book.ts";
import { encodeAddressBook } from "../../src/p2p/addresses/address-file.ts";
import { chainPool, PEER_MIGRATION, PeerNetwork, type PeerNetworkOptions, PeerStore } from "../../src/p2p/index.ts";
import {
  type Clock,
  createClock,
  createLog,
  type DataDirectory,
  type Log,
  SILENT_LOG,
} from "../../src/platform/index.ts";
import { type Database, openDatabase } from "../../src/platform/sqlite/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { MOCK_TIME } from "../chain/recorded-set.ts";
import { scratchDirectory } from "../chain/test-store.ts";

export interface TestNodeOptions
  extends Partial<Pick<PeerNetworkOptions, "maxConnections" | "pool" | "complete" | "clock" | "transport">> {
  readonly params: NetworkParams;
  readonly directory?: DataDirectory;
  /** Ports on this machine. */
  readonly connect?: readonly number[];
  readonly listen?: boolean | number;
  readonly mockTime?: number | null;
  readonly indexes?: boolean;
  readonly log?: Log;
}

export const STDERR_LOG: Log = createLog({
  level: "debug",
  format: "plain",
  write: (line) => process.stderr.write(line),
});

/** Gives a new node an address book whose key is no secret: which addresses get in each other's way is the same in every run. */
function keepBook(store: PeerStore, clock: Clock): void {
  if (store.loadAddresses()) return;
  const key = new Uint8Array(32).fill(1);
  store.saveAddresses(encodeAddressBook(new AddressBook({ key, now: () => clock.now(), random: () => 0 })));
}

/** A chain with peers, listening on this machine. */
export class TestNode {
  readonly chain: Chain;
  readonly network: PeerNetwork;
  readonly directory: DataDirectory;
  private readonly database: Database;

  private constructor(chain: Chain, network: PeerNetwork, directory: DataDirectory, database: Database) {
    this.chain = chain;
    this.network = network;
    this.directory = directory;
    this.database = database;
  }

  static async start(options: TestNodeOptions): Promise<TestNode> {
    const { params, connect = [], listen = true, mockTime = MOCK_TIME, indexes = false } = options;
    const directory = options.directory ?? scratchDirectory(params);
    const clock = options.clock ?? createClock(mockTime);
    const chain = await ChainClass.open({ params, directory, clock, indexes, shieldedThreads: 1 });
    const database = openDatabase(directory.file("node.db"), {
      applicationId: 0x46586e6f,
      migrations: [PEER_MIGRATION],
    });
    const store = new PeerStore(database);
    keepBook(store, clock);
    const network = new PeerNetwork({
      chain,
      clock,
      pool: options.pool ?? chainPool(chain),
      log: options.log ?? SILENT_LOG,
      store,
      userAgent: "/MagicBean:9.0.6/",
      listen: listen === false ? null : { host: "127.0.0.1", port: listen === true ? 0 : listen },
      connect: connect.map((port) => ({ host: "127.0.0.1", port })),
      addNode: [],
      externalAddresses: [],
      maxConnections: options.maxConnections ?? 125,
      complete: options.complete ?? true,
      transport: options.transport,
    });
    return new TestNode(chain, network, directory, database);
  }

  get port(): number {
    return this.network.port as number;
  }

  /** Waits until blocks that were handed in so far are announced, so that they are not announced together with later ones. */
  async rest(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }

  connectTo(other: TestNode): void {
    this.network.outbound.added.add(`127.0.0.1:${other.port}`);
  }

  async stop(): Promise<void> {
    await this.network.close();
    await this.chain.close();
    this.database.close();
  }
}

/** For a machine that is slow, or busy with other things. */
const PATIENCE_MILLIS = 60_000;

/** Waits until something is true. */
export async function until(
  what: string | (() => string),
  reached: () => boolean,
  patienceMillis = PATIENCE_MILLIS,
): Promise<void> {
  const end = performance.now() + patienceMillis;
  while (!reached()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
