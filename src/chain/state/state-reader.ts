import { FluxError } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import { isPonHeight } from "../../protocol/params/index.ts";
import {
  type Block,
  type Coin,
  decodeBlock,
  type OutPoint,
  type StoredBlock,
  type StoredTransaction,
} from "../../protocol/primitives/index.ts";
import { nextPonBits, nextPowBits } from "../../protocol/rules/index.ts";
import { PRUNE_HEIGHT } from "../blocks/prune-blocks.ts";
import type { HeaderNode } from "../headers/index.ts";
import { addressOfScript, type ChainIndexes } from "../indexes/index.ts";
import type { MempoolReader } from "../mempool/index.ts";
import type {
  AddressBalance,
  AddressDelta,
  AddressKey,
  AddressUtxo,
  ChainReader,
  ChainTip,
  Spender,
  SpentInfo,
  TimestampedBlock,
  TipStatus,
  TransactionCoins,
} from "./chain-reader.ts";
import type { ChainState } from "./chain-state.ts";
import { type HeaderEntry, Validity } from "./header-entry.ts";

/** An input in a block. */
interface SpendingInput {
  readonly entry: HeaderNode;
  readonly transaction: StoredTransaction;
  /** Of the transaction in the block. */
  readonly position: number;
  readonly input: number;
}

function spenderOf({ entry, transaction, input }: SpendingInput): Spender {
  return { txid: transaction.txid(), inputIndex: input, height: entry.height };
}

function requireBlock<T>(found: T | undefined, entry: HeaderEntry): T {
  if (found === undefined) throw new Error(`block ${entry.height} is missing from the store`);
  return found;
}

/** The chain's state at one moment, for reading only. */
export class StateReader implements ChainReader {
  readonly bestHeader: HeaderEntry;
  readonly initialDownload: boolean;
  readonly mempool: MempoolReader;
  private readonly state: ChainState;
  private readonly prunes: boolean;

  constructor(
    state: ChainState,
    bestHeader: HeaderEntry,
    initialDownload: boolean,
    mempool: MempoolReader,
    prunes = false,
  ) {
    this.state = state;
    this.bestHeader = bestHeader;
    this.initialDownload = initialDownload;
    this.mempool = mempool;
    this.prunes = prunes;
  }

  get params() {
    return this.state.params;
  }
  get tip(): HeaderEntry {
    return this.state.active.tip as HeaderNode;
  }
  get nodes() {
    return this.state.nodes;
  }
  get sproutCommitments(): number {
    return this.state.shielded.sproutCommitments;
  }
  get pruned(): boolean {
    return this.prunes || this.pruneHeight > 0;
  }
  get pruneHeight(): number {
    return (this.state.store.meta(PRUNE_HEIGHT) as number | undefined) ?? 0;
  }
  get sizeOnDisk(): number {
    return this.state.store.sizeOnDisk + this.state.blocks.sizeOnDisk;
  }
  get indexes(): boolean {
    return this.state.indexes !== null;
  }

  entry(hash: Uint8Array): HeaderEntry | undefined {
    return this.state.tree.get(hash);
  }

  entryAt(height: number): HeaderEntry | undefined {
    return this.state.active.at(height);
  }

  isActive(entry: HeaderEntry): boolean {
    return this.state.active.at(entry.height) === entry;
  }

  next(entry: HeaderEntry): HeaderEntry | undefined {
    return this.isActive(entry) ? this.state.active.at(entry.height + 1) : undefined;
  }

  tips(): ChainTip[] {
    const { active, tree } = this.state;
    const nodes = new Set(tree.leaves).add(active.tip as HeaderNode);
    const tips = [...nodes].map((node) => {
      const branchLength = node.height - (active.fork(node)?.height ?? 0);
      return { entry: node, branchLength, status: this.statusOf(node) };
    });
    return tips.sort((a, b) => b.entry.height - a.entry.height);
  }

  private statusOf(node: HeaderNode): TipStatus {
    if (this.state.active.contains(node)) return "active";
    if (!node.usable) return "invalid";
    if (node.chainTransactionCount === 0) return "headers-only";
    return node.validity >= Validity.scripts ? "valid-fork" : "valid-headers";
  }

  openedBlock(entry: HeaderEntry): StoredBlock | undefined {
    if (!entry.hasData) return undefined;
    return requireBlock(this.state.blocks.opened(entry.hash), entry);
  }

  /** The transaction at a position of a block; none if it has fewer or is not stored. */
  private openedTransaction(entry: HeaderNode, position: number): StoredTransaction | undefined {
    if (!entry.hasData) return undefined;
    return requireBlock(this.state.blocks.transaction(entry.hash, position), entry) ?? undefined;
  }

  rawBlock(entry: HeaderEntry): Uint8Array | undefined {
    return this.state.rawBlock(entry as HeaderNode);
  }

  block(entry: HeaderEntry): Block | undefined {
    const opened = this.openedBlock(entry);
    return opened && decodeBlock(opened.raw);
  }

  spentOutputs(entry: HeaderEntry): readonly (readonly Coin[])[] | undefined {
    return this.state.undo(entry as HeaderNode)?.spent;
  }

  spentBy(entry: HeaderEntry, position: number): readonly Coin[] | undefined {
    return this.state.spentBy(entry as HeaderNode, position);
  }

  coin(outpoint: OutPoint): Coin | undefined {
    return this.state.coins.coin(outpoint);
  }

  hasTransaction(txid: Uint8Array): boolean {
    return this.state.coins.hasTransaction(txid);
  }

  transactionCoins(txid: Uint8Array): TransactionCoins | undefined {
    return this.state.coins.transaction(txid);
  }

  nextBits(): number {
    const { params } = this.state;
    return isPonHeight(params, this.tip.height + 1) ? nextPonBits(this.tip, params) : nextPowBits(this.tip, params);
  }

  transaction(txid: Uint8Array) {
    let elsewhere: ReturnType<StateReader["transactionIn"]>;
    for (const { id, position } of (this.state.indexes?.transaction(txid) ?? []).reverse()) {
      const found = this.transactionIn(this.state.tree.byId(id), txid, position);
      // Blocks of several branches may hold it, and the one that came last need not be the one that counts.
      if (found && this.isActive(found.entry)) return found;
      elsewhere ??= found;
    }
    if (elsewhere) return elsewhere;
    const coins = this.state.coins.transaction(txid);
    const entry = coins && this.state.active.at(coins.height);
    return entry && this.transactionIn(entry, txid);
  }

  /** The transaction with this id in a block, at its position if that is known. */
  private transactionIn(entry: HeaderNode, txid: Uint8Array, position?: number) {
    const index = position ?? this.positionIn(entry, txid);
    const found = index < 0 ? undefined : this.openedTransaction(entry, index)?.decode();
    return found && equalBytes(found.txid, txid) ? { transaction: found, entry, index } : undefined;
  }

  /** -1 if the block does not have it. */
  private positionIn(entry: HeaderNode, txid: Uint8Array): number {
    return (
      this.openedBlock(entry)
        ?.txids()
        .findIndex((id) => equalBytes(id, txid)) ?? -1
    );
  }

  private requireIndexes(): ChainIndexes {
    const { indexes } = this.state;
    if (indexes) return indexes;
    throw new FluxError("index-off", "this chain keeps no address, spent and timestamp indexes", {
      hint: "build the chain with --index",
      kind: "refused",
    });
  }

  addressBalance(address: AddressKey): AddressBalance {
    return this.requireIndexes().addresses.balance(address);
  }

  addressDeltas(address: AddressKey, start = 0, end = Number.MAX_SAFE_INTEGER): AddressDelta[] {
    const deltas = this.requireIndexes().addresses.deltas(address);
    return deltas.filter(({ height }) => height >= start && height <= end);
  }

  addressUtxos(address: AddressKey): AddressUtxo[] {
    const indexes = this.requireIndexes();
    const utxos: AddressUtxo[] = [];
    for (const { txid, index, height, spending } of indexes.addresses.deltas(address)) {
      if (spending) continue;
      const outpoint = { txid, index };
      const coin = this.state.coins.coin(outpoint);
      if (!coin || coin.height !== height) continue;
      utxos.push({
        outpoint,
        script: coin.script,
        satoshis: coin.value,
        height: indexes.isRecreated(outpoint) ? 0 : height,
      });
    }
    return utxos;
  }

  spent(outpoint: OutPoint): SpentInfo | undefined {
    const found = this.spendingInput(this.requireIndexes(), outpoint);
    const coin = found && this.spentBy(found.entry, found.position)?.[found.input];
    if (!coin) return undefined;
    return { ...spenderOf(found), satoshis: coin.value, address: addressOfScript(coin.script) };
  }

  spenders(outpoints: readonly OutPoint[]): (Spender | undefined)[] {
    const indexes = this.requireIndexes();
    return outpoints.map((outpoint) => {
      const found = this.spendingInput(indexes, outpoint);
      return found && spenderOf(found);
    });
  }

  /** The input that spends an output. */
  private spendingInput(indexes: ChainIndexes, outpoint: OutPoint): SpendingInput | undefined {
    for (const { id, position, input } of indexes.spent(outpoint)) {
      const entry = this.state.tree.byId(id);
      const transaction = this.openedTransaction(entry, position);
      if (transaction?.spends(input, outpoint)) return { entry, transaction, position, input };
    }
    return undefined;
  }

  blocksByTime(high: number, low: number, activeOnly: boolean): TimestampedBlock[] {
    this.requireIndexes();
    this.state.flush();
    return this.state.store.headers
      .byTime(low, high)
      .filter((row) => !activeOnly || this.state.active.at(row.height)?.id === row.id)
      .map((row) => ({ hash: row.header.hash, logicalTime: row.logicalTime ?? 0 }));
  }
}
