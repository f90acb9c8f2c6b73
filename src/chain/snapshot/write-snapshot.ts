import { FluxError, sha256Stream } from "../../platform/index.ts";
import { toDisplayHash } from "../../protocol/bytes/index.ts";
import { disconnectTip } from "../blocks/disconnect-block.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { ChainState } from "../state/chain-state.ts";
import { coinStatistics } from "../state/coin-statistics.ts";
import { PLAIN_TABLES } from "../store/index.ts";
import { encodePlainRow } from "./plain-record.ts";
import { SNAPSHOT_BASE } from "./snapshot-base.ts";
import { encodeHead, SNAPSHOT_VERSION, type SnapshotHead } from "./snapshot-format.ts";
import { encodeSnapshotHeader } from "./snapshot-header.ts";

/** As far below the tip as blocks are taken off for a snapshot. */
export const MAXIMUM_SNAPSHOT_DEPTH = 100;

const PIECE_SIZE = 1 << 18;

/** What was written. */
export interface WrittenSnapshot<T> {
  readonly head: SnapshotHead;
  /** SHA-256 of the content, in the order in which tools print it. */
  readonly digest: Uint8Array;
  readonly sunk: T;
}

/**
 * Writes the chain's state at a height. The stored chain stays as it is: blocks above are taken off in a storage transaction that is
 * never committed. Nothing else may use the store meanwhile.
 * @param flushed a state that holds nothing back
 * @param sink takes the content piece by piece
 * @throws FluxError snapshot-height, and what the sink throws
 */
export async function writeSnapshot<T>(
  flushed: ChainState,
  height: number,
  sink: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<WrittenSnapshot<T>> {
  checkHeight(flushed, height);
  // Indexes are no part of a snapshot.
  const { params, store, blocks } = flushed;
  const state = flushed.sibling();
  while (state.active.height > height) disconnectTip(state);
  return store.inDraft(state.changes({ tip: (state.active.tip as HeaderNode).id }), async () => {
    const tip = state.active.tip as HeaderNode;
    const { hash: coinsHash } = await coinStatistics(store.coins(), tip);
    const count = (table: (typeof PLAIN_TABLES)[number]) => store.plain.count(table);
    const head: SnapshotHead = {
      version: SNAPSHOT_VERSION,
      genesis: params.genesisHash,
      height,
      blockHash: tip.hash,
      coinsHash,
      counts: {
        blocks: 1,
        headers: height + 1,
        coins: count("coins"),
        nullifiers: count("nullifiers"),
        anchors: count("anchors"),
        nodes: count("nodes"),
        delegates: count("delegates"),
      },
    };
    const hash = sha256Stream();
    let digest: Uint8Array = new Uint8Array(0);
    async function* content(): AsyncGenerator<Uint8Array> {
      const pieces = gathered(parts(state, head, blocks.get(tip.hash)));
      for (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
      digest = hash.digest();
      yield digest;
    }
    const sunk = await sink(content());
    return { head, digest, sunk };
  });
}

function checkHeight({ active, store }: ChainState, height: number): void {
  const base = (store.meta(SNAPSHOT_BASE) as number | undefined) ?? 0;
  const lowest = Math.max(1, base, active.height - MAXIMUM_SNAPSHOT_DEPTH);
  if (height >= lowest && height <= active.height) return;
  const range =
    active.height < 1 ? "the chain holds the genesis block alone" : `it can be from ${lowest} to ${active.height}`;
  throw new FluxError("snapshot-height", `no snapshot can be made at height ${height}: ${range}`, { kind: "refused" });
}

function* parts(state: ChainState, head: SnapshotHead, tipBlock: Uint8Array | undefined): Generator<Uint8Array> {
  if (!tipBlock) throw new Error(`block ${toDisplayHash(head.blockHash)} is missing from the store`);
  yield encodeHead(head);
  yield* framed(tipBlock);
  for (let height = 0; height <= head.height; height++) {
    yield* framed(encodeSnapshotHeader(state.active.at(height) as HeaderNode));
    // Old headers that were loaded for this need not stay.
    if (height % 10_000 === 0) state.tree.flushed();
  }
  for (const table of PLAIN_TABLES) {
    for (const row of state.store.plain.rows(table)) yield* framed(encodePlainRow(row));
  }
}

function* framed(record: Uint8Array): Generator<Uint8Array> {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, record.length, true);
  yield length;
  yield record;
}

/** Joins small pieces into larger ones. */
function* gathered(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < PIECE_SIZE) continue;
    yield new Uint8Array(Buffer.concat(held));
    held = [];
    size = 0;
  }
  if (size > 0) yield new Uint8Array(Buffer.concat(held));
}
