import { Chain, chainNotFound } from "../chain/index.ts";
import {
  type Clock,
  createClock,
  createDataDirectory,
  type DataDirectory,
  existingDataDirectory,
  FluxError,
  fileStatus,
  processorCount,
} from "../platform/index.ts";
import { acquireInstanceLock } from "../platform/instance-lock/index.ts";
import { setNativeFallbackDirectory } from "../platform/native/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";

import type { chainSettings } from "./chain-settings.ts";

export interface OpenChainOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  /** Make the directory and the chain if they are not there. */
  readonly create: boolean;
  readonly indexes: boolean;
  /** What the settings say about the chain. */
  readonly chainOptions?: ReturnType<typeof chainSettings>;
  /** Fixed Unix time; refused on the main network. */
  readonly mockTime?: number | undefined;
}

/** A data directory that belongs to this process alone. */
export interface ClaimedDirectory {
  readonly directory: DataDirectory;
  readonly clock: Clock;
  openChain(): Promise<Chain>;
  /** Gives the directory free; the chain must be closed before. */
  release(): void;
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
 * Takes a data directory for this process.
 * @throws FluxError datadir-in-use, datadir-not-found, chain-not-found, mocktime-refused
 */
export function claimDirectory({
  params,
  root,
  create,
  indexes,
  chainOptions,
  mockTime,
}: OpenChainOptions): ClaimedDirectory {
  if (mockTime !== undefined && params.networkId === "main") {
    throw new FluxError("mocktime-refused", "the clock cannot be fixed on the main network", { kind: "refused" });
  }
  setNativeFallbackDirectory(root);
  const directory = create ? createDataDirectory(root, params.name) : directoryWithChain(root, params.name);
  const lock = acquireInstanceLock(directory);
  const clock = createClock(mockTime ?? null);
  const shieldedThreads = Math.min(4, Math.max(1, processorCount() - 1));
  return {
    directory,
    clock,
    openChain: () => Chain.open({ params, directory, clock, indexes, shieldedThreads, create, ...chainOptions }),
    release: () => lock.release(),
  };
}

/** A folder may be there without a chain, for the configuration or another network. */
function directoryWithChain(root: string, network: string): DataDirectory {
  const directory = existingDataDirectory(root, network);
  if (fileStatus(directory.file("chain.db"))) return directory;
  throw chainNotFound(directory.networkFolder);
}

/**
 * Takes a data directory and opens its chain.
 * @throws FluxError what {@link claimDirectory} throws and whatever the store has to say
 */
export async function openChain(options: OpenChainOptions): Promise<OpenedChain> {
  const claimed = claimDirectory(options);
  try {
    const chain = await claimed.openChain();
    const close = async () => {
      try {
        await chain.close();
      } finally {
        claimed.release();
      }
    };
    return { directory: claimed.directory, clock: claimed.clock, chain, close };
  } catch (error) {
    claimed.release();
    throw error;
  }
}
