import { bytesKey } from "../../protocol/bytes/index.ts";
import { branchIdAt } from "../../protocol/params/index.ts";
import { decodeTransaction, isCoinbase, type Transaction } from "../../protocol/primitives/index.ts";
import { type ChainEntry, COINBASE_MATURITY, isFinal, medianTimePast } from "../../protocol/rules/index.ts";
import type { PlacedBlock } from "../chain-engine.ts";
import type { ChainFollower } from "../chain-follower.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { TreeRoots } from "../shielded/shielded-state.ts";
import type { ChainState } from "../state/chain-state.ts";
import type { Acceptance, AcceptOptions, ProofsWanted, ProofVerdict } from "./acceptance.ts";
import { FluxnodeMemory } from "./fluxnode-memory.ts";
import { FreeRelayLimiter } from "./free-relay-limiter.ts";
import { type ChainMoment, Judge, type PoolMemory } from "./judge.ts";
import { type RandomBelow, randomBelow } from "./lottery.ts";
import { Mempool } from "./mempool.ts";
import type { MempoolEntry } from "./mempool-entry.ts";
import type { MempoolChange } from "./mempool-reader.ts";
import { DEFAULT_MEMPOOL_POLICY, type MempoolPolicy } from "./policy.ts";

export interface PoolKeeperOptions {
  readonly policy?: Partial<MempoolPolicy> | undefined;
  /** Who is evicted when the pool is full; default: the machine's random source. */
  readonly random?: RandomBelow | undefined;
}

/** What the chain tells the pool about itself. */
export interface KeptChain {
  readonly state: ChainState;
  readonly initialDownload: boolean;
  /** Seconds that the peers' clocks are ahead. */
  readonly timeOffset: number;
}

/** Keeps the memory pool in step with the chain. Its methods must not overlap in time with each other or with work on the chain. */
export class PoolKeeper implements ChainFollower {
  readonly pool: Mempool;
  private readonly memory: PoolMemory;
  private readonly chain: () => KeptChain;
  /** Blocks were taken off since the last {@link rested}. */
  private reorganised = false;

  constructor(
    chain: () => KeptChain,
    { policy, random }: PoolKeeperOptions,
    onChange: (change: MempoolChange) => void,
  ) {
    this.chain = chain;
    const inForce = { ...DEFAULT_MEMPOOL_POLICY, ...policy };
    this.pool = new Mempool({
      policy: inForce,
      addresses: chain().state.indexes !== null,
      random: random ?? randomBelow,
      onChange,
    });
    this.memory = {
      pool: this.pool,
      policy: inForce,
      limiter: new FreeRelayLimiter(inForce.freeRelayLimit),
      fluxnodes: new FluxnodeMemory(),
    };
  }

  get tipHeight(): number {
    return this.chain().state.active.height;
  }

  private get adjustedTime(): number {
    const { state, timeOffset } = this.chain();
    return state.clock.now() + timeOffset;
  }

  private moment(tip: ChainEntry): ChainMoment {
    const { state, initialDownload, timeOffset } = this.chain();
    return {
      params: state.params,
      coins: state.coins,
      shielded: state.shielded,
      nodes: state.nodes,
      tip,
      spendHeight: state.active.height + 1,
      initialDownload,
      now: state.clock.now(),
      timeOffset,
    };
  }

  /** Judges a transaction for the next block and takes it in. @param proofs verdict on an earlier {@link ProofsWanted} */
  accept(tx: Transaction, options: AcceptOptions, proofs: ProofVerdict | null): Promise<Acceptance | ProofsWanted> {
    return this.acceptOn(this.chain().state.active.tip as HeaderNode, tx, options, proofs);
  }

  private async acceptOn(
    tip: ChainEntry,
    tx: Transaction,
    options: AcceptOptions,
    proofs: ProofVerdict | null,
  ): Promise<Acceptance | ProofsWanted> {
    const judged = await new Judge(this.moment(tip), this.memory, ownTransaction(tx), options, proofs).judge();
    if ("kind" in judged) return judged;
    this.add(judged);
    return { kind: "accepted", entry: judged };
  }

  private add(entry: MempoolEntry): void {
    const { state, initialDownload } = this.chain();
    this.pool.add(entry, !initialDownload);
    if (entry.tx.fluxnode) {
      for (const key of this.memory.fluxnodes.see(entry.key, state.clock.now())) {
        const outdated = this.pool.byTxidKey.get(key);
        if (outdated) this.pool.remove(outdated, "outdated");
      }
    }
    this.pool.enforceLimit(this.adjustedTime);
  }

  connected({ entry, block }: PlacedBlock): void {
    this.pool.blockConnected(block.transactions, entry.height, !this.chain().initialDownload);
    this.memory.fluxnodes.blockConnected(block, this.adjustedTime);
  }

  /**
   * Takes the transactions of a block that was taken off back into the pool. What does not come in goes with everything that spends
   * its outputs. Heights and times are still those of that block, as in the reference.
   */
  async disconnected({ entry, block }: PlacedBlock, rootsBefore: TreeRoots): Promise<void> {
    this.reorganised = true;
    for (const tx of block.transactions) {
      const outcome = isCoinbase(tx) ? null : await this.acceptOn(entry, tx, {}, "mined");
      if (outcome?.kind !== "accepted") this.pool.removeBranch(tx, "reorganisation");
    }
    this.removeAnchored(rootsBefore);
    this.memory.fluxnodes.blockDisconnected(block, this.adjustedTime);
  }

  /** Removes what spends notes from a tree that is no more. */
  private removeAnchored(before: TreeRoots): void {
    const after = this.chain().state.shielded.roots;
    const [sprout, sapling] = [bytesKey(before.sprout), bytesKey(before.sapling)];
    const sproutGone = sprout !== bytesKey(after.sprout);
    const saplingGone = sapling !== bytesKey(after.sapling);
    if (!sproutGone && !saplingGone) return;
    const isAnchored = ({ tx }: MempoolEntry) =>
      (sproutGone && tx.joinSplits.some(({ anchor }) => bytesKey(anchor) === sprout)) ||
      (saplingGone && tx.shieldedSpends.some(({ anchor }) => bytesKey(anchor) === sapling));
    this.pool.removeWhere(isAnchored, "reorganisation");
  }

  rested(): void {
    if (this.pool.size > 0) {
      const { state } = this.chain();
      if (this.reorganised) this.removeUnspendable(state);
      const branchId = branchIdAt(state.params, state.active.height + 1);
      this.pool.removeWhere((entry) => entry.branchId !== branchId, "branch");
    }
    this.reorganised = false;
  }

  /** Removes what a lower tip keeps out of the next block: lock times, and coinbases that are young again or gone. */
  private removeUnspendable({ active, coins }: ChainState): void {
    const nextHeight = active.height + 1;
    const time = medianTimePast(active.tip as HeaderNode);
    const spendsYoungCoinbase = ({ tx }: MempoolEntry) =>
      tx.inputs.some(({ prevout }) => {
        if (this.pool.has(prevout.txid)) return false;
        const coin = coins.coin(prevout);
        return !coin || (coin.coinbase && nextHeight - coin.height < COINBASE_MATURITY);
      });
    this.pool.removeWhere(
      (entry) => !isFinal(entry.tx, nextHeight, time) || (entry.spendsCoinbase && spendsYoungCoinbase(entry)),
      "reorganisation",
    );
  }
}

/** The transaction with bytes of its own: a view would keep the whole block or message that it came in. */
function ownTransaction(tx: Transaction): Transaction {
  return tx.raw.byteLength === tx.raw.buffer.byteLength ? tx : decodeTransaction(tx.raw.slice());
}
