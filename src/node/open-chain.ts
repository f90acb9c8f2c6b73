import { Chain } from "../chain/index.ts";
import {
  type Clock,
  createClock,
  createDataDirectory,
  type DataDirectory,
  existingDataDirectory,
  FluxError,
  processorCount,
} from "../platform/index.ts";
import { acquireInstanceLock, type InstanceLock } from "../platform/instance-lock/index.ts";
import { setNativeFallbackDirectory } from "../platform/native/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";

export interface OpenChainOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  /** Make the directory and the chain if they are not there. */
  readonly create: boolean;
  readonly indexes: boolean;
  /** Fixed Unix time; refused on the main network. */
  readonly mockTime?: number | undefined;
}

/** A chain in use by this process alone. */
export interface OpenedChain {
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly chain: Chain;
  /** Writes everything, closes the store and gives the directory free. */
  close(): Promise<void>;
}

/**
 * Takes a data directory and opens its chain.
 * @throws FluxError datadir-in-use, datadir-not-found, mocktime-refused and whatever the store has to say
 */
export async function openChain(options: OpenChainOptions): Promise<OpenedChain> {
  const { params, root, mockTime } = options;
  if (mockTime !== undefined && params.networkId === "main") {
    throw new FluxError("mocktime-refused", "the clock cannot be fixed on the main network", { kind: "refused" });
  }
  setNativeFallbackDirectory(root);
  const directory = options.create ? createDataDirectory(root, params.name) : existingDataDirectory(root, params.name);
  const lock = acquireInstanceLock(directory);
  try {
    const clock = createClock(mockTime ?? null);
    const threads = Math.min(4, Math.max(1, processorCount() - 1));
    const chain = await Chain.open({ params, directory, clock, indexes: options.indexes, shieldedThreads: threads });
    return { directory, clock, chain, close: () => closeChain(chain, lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function closeChain(chain: Chain, lock: InstanceLock): Promise<void> {
  try {
    await chain.close();
  } finally {
    lock.release();
  }
}
