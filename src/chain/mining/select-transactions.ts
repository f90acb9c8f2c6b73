import { checkFluxnodeInContext, collateralOf } from "../../protocol/fluxnodes/index.ts";
import type { Coin, Transaction } from "../../protocol/primitives/index.ts";
import {
  checkInputs,
  checkTransactionInContext,
  MAX_BLOCK_SIGOPS,
  MAX_BLOCK_SIZE,
  transactionFee,
} from "../../protocol/rules/index.ts";
import { countLegacySigops, countP2shSigops } from "../../protocol/script/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import { FREE_PRIORITY } from "../mempool/index.ts";
import type { ChainState } from "../state/chain-state.ts";
import { BlockCoins } from "./block-coins.ts";
import { type CandidateOrder, CandidateQueue } from "./candidate-queue.ts";
import { type RatedCandidate, rateCandidates } from "./rate-candidates.ts";
import { ShieldedBalance } from "./shielded-balance.ts";
import type { TransactionSource } from "./transaction-source.ts";

/** A transaction of a new block. */
export interface ChosenTransaction {
  readonly tx: Transaction;
  /** Zatoshi. */
  readonly fee: bigint;
  readonly sigops: number;
}

/** Limits of the reference's miner, in bytes (spec transactions.md section 13). */
export interface BlockSpace {
  /** The block with header and coinbase stays below it. */
  readonly size: number;
  /** Up to here priority decides, then the fee rate. */
  readonly prioritySize: number;
  /** Zatoshi per 1000 bytes; transactions below it have to have priority. */
  readonly relayFeeRate: bigint;
}

export const DEFAULT_BLOCK_SPACE: BlockSpace = {
  size: MAX_BLOCK_SIZE - 1000,
  prioritySize: MAX_BLOCK_SIZE / 2,
  relayFeeRate: 100n,
};

/** What header, count and coinbase are taken to need. */
const RESERVED_SIZE = 1000;
const RESERVED_SIGOPS = 100;

/**
 * Chooses the transactions of the block on top of the tip, in the order of the reference: by priority into the first part of
 * the block, then by fee rate; parents before children. One that would not be valid there is passed over. Scripts and
 * proofs are not looked at: the source verified them, and the finished block is tested.
 * @param excluded `bytesKey` of txids that must not be chosen
 */
export function selectTransactions(
  state: ChainState,
  source: TransactionSource,
  medianTimePast: number,
  excluded: ReadonlySet<string>,
  space: BlockSpace = DEFAULT_BLOCK_SPACE,
): ChosenTransaction[] {
  const selection = new Selection(state, space);
  const heightOf = (txid: Uint8Array) => state.coins.transaction(txid)?.height;
  const candidates = rateCandidates(source, { heightOf, height: selection.height, medianTimePast });
  return selection.choose(
    candidates.filter(({ entry }) => !excluded.has(entry.key)),
    (txid) => {
      const { priority, fee } = source.delta(txid);
      return priority > 0 || fee > 0n;
    },
  );
}

class Selection {
  readonly height: number;
  private readonly state: ChainState;
  private readonly space: BlockSpace;
  private readonly coins: BlockCoins;
  private readonly balance: ShieldedBalance;
  private readonly chosen: ChosenTransaction[] = [];
  private size = RESERVED_SIZE;
  private sigops = RESERVED_SIGOPS;

  constructor(state: ChainState, space: BlockSpace) {
    const tip = state.active.tip as HeaderNode;
    this.state = state;
    this.space = space;
    this.height = tip.height + 1;
    this.coins = new BlockCoins(state.coins, this.height);
    this.balance = new ShieldedBalance(state.params, tip);
  }

  choose(candidates: readonly RatedCandidate[], isPrioritised: (txid: Uint8Array) => boolean): ChosenTransaction[] {
    const { prioritySize, relayFeeRate } = this.space;
    const waiting = new Waiting(candidates);
    let order: CandidateOrder = prioritySize > 0 ? "priority" : "fee";
    const queue = new CandidateQueue(waiting.independent, order);
    for (let candidate = queue.pop(); candidate; candidate = queue.pop()) {
      const { entry, priority, feeRate } = candidate;
      if (this.size + entry.size >= this.space.size) continue;
      if (order === "fee" && feeRate < relayFeeRate && !isPrioritised(entry.tx.txid)) continue;
      if (order === "priority" && (this.size + entry.size >= prioritySize || priority <= FREE_PRIORITY)) {
        order = "fee";
        queue.reorder(order);
      }
      if (!this.take(entry.tx)) continue;
      for (const child of waiting.freedBy(entry.key)) queue.push(child);
    }
    return this.chosen;
  }

  /** Adds a transaction if it is valid after those chosen before. */
  private take(tx: Transaction): boolean {
    const legacySigops = countLegacySigops(tx);
    if (this.sigops + legacySigops >= MAX_BLOCK_SIGOPS) return false;
    const inputs: Coin[] = [];
    for (const { prevout } of tx.inputs) {
      const coin = this.coins.coin(prevout);
      if (!coin) return false;
      inputs.push(coin);
    }
    const sigops = legacySigops + countP2shSigops(tx, (_, index) => (inputs[index] as Coin).script);
    if (this.sigops + sigops >= MAX_BLOCK_SIGOPS) return false;
    if (!this.isValid(tx, inputs) || !this.balance.take(tx)) return false;
    this.coins.add(tx);
    this.size += tx.raw.length;
    this.sigops += sigops;
    this.chosen.push({ tx, fee: transactionFee(tx, inputs), sigops });
    return true;
  }

  private isValid(tx: Transaction, inputs: readonly Coin[]): boolean {
    const { params, nodes, coins, shielded } = this.state;
    const { height } = this;
    if (coins.hasTransaction(tx.txid)) return false;
    if (checkTransactionInContext(tx, height, params, { score: 100, initialDownload: false })) return false;
    if (tx.fluxnode) {
      const context = { table: nodes, coins, blockPath: true, score: 0, signaturesChecked: true };
      if (checkFluxnodeInContext(tx, height, params, context)) return false;
      if (typeof collateralOf(tx, height, params, this.coins) === "string") return false;
    }
    return checkInputs(tx, inputs, height, params) === null && shielded.meetsRequirements(tx);
  }
}

/** Candidates that wait for the transactions they spend from. */
class Waiting {
  readonly independent: RatedCandidate[] = [];
  private readonly parents = new Map<RatedCandidate, Set<string>>();
  private readonly children = new Map<string, RatedCandidate[]>();

  constructor(candidates: readonly RatedCandidate[]) {
    for (const candidate of candidates) {
      if (candidate.parents.size === 0) {
        this.independent.push(candidate);
        continue;
      }
      this.parents.set(candidate, new Set(candidate.parents));
      for (const parent of candidate.parents) {
        const siblings = this.children.get(parent);
        if (siblings) siblings.push(candidate);
        else this.children.set(parent, [candidate]);
      }
    }
  }

  /** Candidates for which a transaction was the last one missing. */
  freedBy(key: string): RatedCandidate[] {
    return (this.children.get(key) ?? []).filter((child) => {
      const missing = this.parents.get(child);
      return missing?.delete(key) && missing.size === 0;
    });
  }
}
