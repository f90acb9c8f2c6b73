import { FluxError } from "../../platform/index.ts";
import { ByteReader, compareBytes, DecodeError, equalBytes, toDisplayHash } from "../../protocol/bytes/index.ts";
import { decodeRecord, readDelegateSet } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { type Block, decodeBlock } from "../../protocol/primitives/index.ts";
import { transactionsRoot } from "../../protocol/rules/index.ts";
import { EMPTY_SAPLING_ROOT, EMPTY_SPROUT_ROOT, SaplingTree, SproutTree } from "../../protocol/shielded/index.ts";
import type { CoinStatistics } from "../state/chain-reader.ts";
import { CoinTotals } from "../state/coin-statistics.ts";
import type { PlainTable } from "../store/index.ts";
import { decodePlainRow, plainKey } from "./plain-record.ts";
import { SectionDigests, type SectionHashes } from "./section-digests.ts";
import type { Section, SnapshotHead } from "./snapshot-format.ts";
import { decodeSnapshotHeader, type SnapshotHeader } from "./snapshot-header.ts";
import { parseSnapshot, type SnapshotVisitor, snapshotDamaged } from "./snapshot-parser.ts";

/** A snapshot that is in order. */
export interface CheckedSnapshot {
  readonly head: SnapshotHead;
  /** SHA-256 of the content. */
  readonly digest: Uint8Array;
  readonly coins: Omit<CoinStatistics, "height" | "bestBlock">;
  readonly sections: SectionHashes;
}

/**
 * Reads a snapshot and checks that it is whole, of this network and agrees with itself: the hash over the content, the headers as one
 * chain from genesis to the block it names, that block's transactions, the coins and their hash, and the commitment trees after it.
 * @throws FluxError snapshot-foreign, snapshot-version, snapshot-network, snapshot-damaged
 */
export async function checkSnapshot(params: NetworkParams, bytes: AsyncIterable<Uint8Array>): Promise<CheckedSnapshot> {
  const check = new SnapshotCheck(params);
  const digest = await parseSnapshot(bytes, check);
  return { ...check.finish(), digest };
}

class SnapshotCheck implements SnapshotVisitor {
  private readonly params: NetworkParams;
  private known: SnapshotHead | null = null;
  private tip: SnapshotHeader | null = null;
  private height = -1;
  private tipBlock: Uint8Array = new Uint8Array(0);
  private totals: CoinTotals | null = null;
  private roots: readonly [Uint8Array, Uint8Array] = [EMPTY_SPROUT_ROOT, EMPTY_SAPLING_ROOT];
  private readonly trees: [boolean, boolean] = [false, false];
  private lastSection: Section | null = null;
  private lastKey: Uint8Array = new Uint8Array(0);
  private readonly digests = new SectionDigests();

  constructor(params: NetworkParams) {
    this.params = params;
  }

  head(head: SnapshotHead): void {
    if (!equalBytes(head.genesis, this.params.genesisHash)) {
      throw new FluxError("wrong-network", `the snapshot is not one of the network ${this.params.name}`, {
        hint: "check --network",
        kind: "refused",
      });
    }
    const { counts, height } = head;
    if (height < 1 || counts.headers !== height + 1 || counts.blocks !== 1)
      throw snapshotDamaged("its counts do not fit");
    this.known = head;
    this.totals = new CoinTotals(head.blockHash);
  }

  record(section: Section, record: Uint8Array): void {
    if (section === "blocks") this.block(decodeBlock(record.slice()));
    else if (section === "headers") this.header(decodeSnapshotHeader(record));
    else {
      this.digests.record(section, record);
      this.plain(section, record);
    }
  }

  private block(block: Block): void {
    this.digests.block(block);
    const { header, transactions } = block;
    const { root, mutated } = transactionsRoot(transactions);
    if (mutated || !equalBytes(root, header.merkleRoot)) throw snapshotDamaged("its block holds other transactions");
    this.tipBlock = header.hash;
  }

  private header(entry: SnapshotHeader): void {
    this.digests.header(entry);
    const { header } = entry;
    const linked = this.tip
      ? equalBytes(header.prevHash, this.tip.header.hash)
      : equalBytes(header.hash, this.params.genesisHash);
    if (!linked) throw snapshotDamaged(`header ${this.height + 1} does not follow the one before it`);
    this.tip = entry;
    this.height++;
    if (this.height === this.known?.height) this.endOfHeaders(entry);
  }

  private endOfHeaders(tip: SnapshotHeader): void {
    const hash = this.known?.blockHash as Uint8Array;
    if (!equalBytes(tip.header.hash, hash) || !equalBytes(this.tipBlock, hash)) {
      throw snapshotDamaged("its headers lead to another block than it names");
    }
    const { acadia } = this.params.heights;
    const sapling = acadia >= 0 && this.height >= acadia ? tip.header.finalSaplingRoot : EMPTY_SAPLING_ROOT;
    this.roots = [tip.sproutRoot ?? EMPTY_SPROUT_ROOT, sapling];
    this.trees[0] = equalBytes(this.roots[0], EMPTY_SPROUT_ROOT);
    this.trees[1] = equalBytes(sapling, EMPTY_SAPLING_ROOT);
  }

  private plain(table: PlainTable, record: Uint8Array): void {
    const row = decodePlainRow(table, record);
    const key = plainKey(table, record);
    if (this.lastSection === table && compareBytes(key, this.lastKey) <= 0) {
      throw snapshotDamaged(`records of ${table} are not in order`);
    }
    this.lastSection = table;
    this.lastKey = key;
    const last = row[row.length - 1] as Uint8Array;
    if (table === "coins") this.totals?.add(key, last);
    else if (table === "anchors") this.anchor(row[0] as 0 | 1, row[1] as Uint8Array, last);
    else if (table === "nodes") decodeRecord(last);
    else if (table === "delegates") readDelegateSet(new ByteReader(last));
  }

  private anchor(pool: 0 | 1, root: Uint8Array, bytes: Uint8Array): void {
    if (!equalBytes(root, this.roots[pool])) return;
    const tree = pool === 0 ? SproutTree.deserialize(bytes) : SaplingTree.deserialize(bytes);
    if (!equalBytes(tree.root(), root)) throw new DecodeError("a commitment tree has another root than it says");
    this.trees[pool] = true;
  }

  finish(): Omit<CheckedSnapshot, "digest"> {
    const { known, totals, tip } = this;
    if (!known || !totals || !tip) throw snapshotDamaged("it is empty");
    const coins = totals.finish();
    if (!equalBytes(coins.hash, known.coinsHash)) {
      throw snapshotDamaged(
        `its coins have the hash ${toDisplayHash(coins.hash)}, not ${toDisplayHash(known.coinsHash)}`,
      );
    }
    if (!this.trees[0] || !this.trees[1]) throw snapshotDamaged("a commitment tree of its last block is missing");
    return { head: known, coins, sections: this.digests.finish() };
  }
}
