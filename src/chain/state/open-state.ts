import { type DataDirectory, FluxError } from "../../platform/index.ts";
import { toHex } from "../../protocol/bytes/index.ts";
import { decodeBlock } from "../../protocol/primitives/index.ts";
import { noteComplete, noteReceived } from "../blocks/received-block.ts";
import { BLOCKS_TO_JUDGE } from "../blocks/stored-blocks.ts";
import { chainFailure } from "../chain-failure.ts";
import { snapshotRefuted } from "../history/snapshot-refuted.ts";
import { SNAPSHOT_VERDICT, VALIDATED } from "../snapshot/index.ts";
import { BlockStore, ChainStore } from "../store/index.ts";
import { ChainState, type ChainStateOptions } from "./chain-state.ts";

export interface OpenStateOptions extends Pick<ChainStateOptions, "params" | "clock" | "indexes"> {
  /** Set when raw blocks are pruned: the indexes point into blocks, so both cannot be had. */
  readonly pruneLimit?: number;
  /** Memory for pages of chain.db, in MiB. */
  readonly cacheMib?: number;
  /** Where chain.db and blocks.db lie; it must exist and be locked by this process. */
  readonly directory: Pick<DataDirectory, "file">;
  /** False: a chain that was never begun is an error (kind "not-found"). Default true. */
  readonly create?: boolean;
}

/**
 * Opens the store in a data directory, or makes one that holds the genesis block.
 * @throws FluxError for every reason why the files cannot be used; nothing is changed then.
 */
export function openState({
  params,
  clock,
  indexes,
  directory,
  pruneLimit,
  cacheMib,
  create = true,
}: OpenStateOptions): ChainState {
  const store = openChainStore(directory.file("chain.db"), cacheMib);
  try {
    // A chain without its blocks could not go back a single one.
    const blocks = new BlockStore(directory.file("blocks.db"), store.meta("tip") === undefined);
    try {
      const genesis = toHex(params.genesisHash);
      checkIdentity(store, params.name, genesis, indexes);
      checkVerdict(store);
      const keepIndexes = indexes || store.meta("indexes") === 1;
      checkPruning(keepIndexes, pruneLimit !== undefined);
      const state = new ChainState({ params, clock, store, blocks, indexes: keepIndexes });
      checkTip(state, directory.file("blocks.db"));
      // A look at a chain whose first start was cut off must not decide how it is built.
      if (!state.active.tip && !create) throw chainNotFound(store.path);
      if (!state.active.tip) plantGenesis(state, notesOfNewChain(blocks, genesis, keepIndexes));
      return state;
    } catch (error) {
      blocks.close();
      throw error;
    }
  } catch (error) {
    store.close();
    throw chainFailure(error, store.path);
  }
}

/**
 * What commands that only look at a chain are told.
 * @param place the folder or the file that holds none
 */
export function chainNotFound(place: string): FluxError {
  return new FluxError("chain-not-found", `there is no chain in ${place}`, {
    kind: "not-found",
    hint: "check --datadir and --network; a chain is made by `fluxnode start` or `fluxnode chain import`",
  });
}

function openChainStore(path: string, cacheMib: number | undefined): ChainStore {
  try {
    return new ChainStore(path, cacheMib);
  } catch (error) {
    throw chainFailure(error, path);
  }
}

/** Blocks are written before the chain that names them, so a missing one means that the two files do not belong together. */
function checkTip({ active, blocks }: ChainState, path: string): void {
  if (!active.tip || blocks.get(active.tip.hash)) return;
  throw new FluxError("blocks-missing", `${path} lacks block ${active.tip.height}, at which the stored chain ends`, {
    hint: "put back the blocks.db that belongs to chain.db, or move both away and let the node build them again; they were left as they are",
  });
}

function checkIdentity(store: ChainStore, network: string, genesis: string, indexes: boolean): void {
  const storedGenesis = store.meta("genesis");
  if (storedGenesis !== undefined && storedGenesis !== genesis) {
    throw new FluxError("wrong-network", `the chain in this data directory is not one of the network ${network}`, {
      hint: "check --network, or choose another --datadir; the stored chain was left as it is",
      kind: "refused",
    });
  }
  if (indexes && store.meta("indexes") === 0) {
    throw new FluxError("index-missing", "the chain in this data directory was built without indexes", {
      hint: "leave out --index, or build the chain again with it: chain export, then chain import --index into another --datadir",
      kind: "refused",
    });
  }
}

/** A chain whose snapshot was found to be wrong stays closed. */
function checkVerdict(store: ChainStore): void {
  const verdict = store.meta(SNAPSHOT_VERDICT);
  if (verdict !== undefined && verdict !== VALIDATED) throw snapshotRefuted(store.path, String(verdict));
}

function checkPruning(indexes: boolean, prune: boolean): void {
  if (!indexes || !prune) return;
  throw new FluxError(
    "prune-with-indexes",
    "a chain with indexes cannot be pruned: the indexes point into the blocks",
    {
      hint: "leave out one of --index and prune; a chain that was built with indexes keeps them",
      kind: "refused",
    },
  );
}

/** Blocks that are there before their chain begins are worth more than a download: they are noted, to be judged first. */
function notesOfNewChain(blocks: BlockStore, genesis: string, indexes: boolean): Record<string, string | number> {
  return { genesis, indexes: indexes ? 1 : 0, ...(blocks.holdsAny ? { [BLOCKS_TO_JUDGE]: 1 } : {}) };
}

function plantGenesis(state: ChainState, meta: Readonly<Record<string, string | number>>): void {
  const block = decodeBlock(state.params.genesisBlock);
  const node = state.tree.add(block.header, null);
  state.storeBlock(node, block.raw);
  noteReceived(node, block);
  // Its transactions are never executed, so unlike other blocks of the chain it does not count as valid to its scripts.
  noteComplete(node);
  node.sproutRoot = state.shielded.roots.sprout;
  node.logicalTime = node.time;
  state.active.push(node);
  state.flush(meta);
}
