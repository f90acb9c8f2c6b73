import { toDisplayHash } from "../../protocol/bytes/index.ts";
import {
  checkFluxnodeInContext,
  collateralOf,
  mayUpdateAt,
  mempoolCollateralReject,
  type NodeTable,
} from "../../protocol/fluxnodes/index.ts";
import { branchIdAt, isActive, type NetworkParams } from "../../protocol/params/index.ts";
import {
  type Coin,
  type CoinView,
  type FluxnodePayload,
  isCoinbase,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import {
  type ChainEntry,
  checkTransaction,
  checkTransactionInContext,
  isExpired,
  isFinal,
  MAX_BLOCK_SIGOPS,
  medianTimePast,
  RejectCode,
  reject,
} from "../../protocol/rules/index.ts";
import {
  areInputsStandard,
  checkStandardTx,
  countLegacySigops,
  countP2shSigops,
  feeForSize,
} from "../../protocol/script/index.ts";
import { collectShielded, joinSplitProofs } from "../shielded/shielded-checks.ts";
import type { ShieldedState } from "../shielded/shielded-state.ts";
import {
  type AcceptOptions,
  dropped,
  type ProofsWanted,
  type ProofVerdict,
  type Refusal,
  refused,
} from "./acceptance.ts";
import { checkPoolScripts } from "./check-scripts.ts";
import type { FluxnodeMemory } from "./fluxnode-memory.ts";
import { FREE_PRIORITY } from "./free-priority.ts";
import type { FreeRelayLimiter } from "./free-relay-limiter.ts";
import type { Mempool } from "./mempool.ts";
import { inputPriority, type MempoolEntry, makeEntry } from "./mempool-entry.ts";
import type { MempoolPolicy } from "./policy.ts";
import { PoolCoins } from "./pool-coins.ts";

/** One moment of the chain, and of the clock. */
export interface ChainMoment {
  readonly params: NetworkParams;
  readonly coins: CoinView;
  readonly shielded: Pick<ShieldedState, "meetsRequirements">;
  readonly nodes: NodeTable;
  /** The block whose height and times count. While blocks are being taken off it is the one that was taken off last. */
  readonly tip: ChainEntry;
  /** Height of the next block on top of the coins. */
  readonly spendHeight: number;
  readonly initialDownload: boolean;
  /** Unix seconds. */
  readonly now: number;
  /** Seconds that the peers' clocks are ahead. */
  readonly timeOffset: number;
}

/** What the pool remembers and counts; lasts longer than one judgement. */
export interface PoolMemory {
  readonly pool: Mempool;
  readonly policy: MempoolPolicy;
  readonly limiter: FreeRelayLimiter;
  readonly fluxnodes: FluxnodeMemory;
}

/** Blocks that a transaction must have left before it expires. */
const EXPIRING_SOON = 3;
/** Seconds for which a fluxnode signature is good. */
const MAX_SIGNATURE_AGE = 3600;
const MAX_SIGOPS = MAX_BLOCK_SIGOPS / 5;
/** From this size on a transaction does not fit into the free area of a block. */
const FREE_AREA = 999_000;
/** Zatoshi; JoinSplits that pay it need not pay by their size. */
const JOINSPLIT_FEE = 10_000n;
const ABSURD_FACTOR = 10_000n;
/** Score for most failures of a single transaction. */
const SCORE = 10;

/** Reasons that concern the moment or this node's policy; the same transaction may do elsewhere or later. */
function unfit(rule: string, reason: string, code: number): Refusal {
  return refused(reject(`pool.${rule}`, reason, 0, { code, scope: "now" }));
}

/**
 * Judges one transaction in the order of the reference (spec transactions.md section 12, fluxnodes.md section 14). Every step
 * answers null to go on. What a fluxnode transaction replaces is removed on the way, as the reference does it.
 */
export class Judge {
  private readonly moment: ChainMoment;
  private readonly memory: PoolMemory;
  private readonly tx: Transaction;
  private readonly options: AcceptOptions;
  private readonly proofs: ProofVerdict | null;
  private readonly nextHeight: number;
  private readonly branchId: number;
  private readonly coins: PoolCoins;
  private inputs: readonly Coin[] = [];

  constructor(
    moment: ChainMoment,
    memory: PoolMemory,
    tx: Transaction,
    options: AcceptOptions,
    proofs: ProofVerdict | null,
  ) {
    this.moment = moment;
    this.memory = memory;
    this.tx = tx;
    this.options = options;
    this.proofs = proofs;
    this.nextHeight = moment.tip.height + 1;
    this.branchId = branchIdAt(moment.params, this.nextHeight);
    this.coins = new PoolCoins(moment.coins, memory.pool.byTxidKey);
  }

  /** The entry to add, or why there is none. */
  async judge(): Promise<MempoolEntry | Refusal | ProofsWanted> {
    const refusal =
      this.checkMemories() ??
      this.checkAlone() ??
      this.checkInContext() ??
      this.checkPolicy() ??
      this.checkFluxnodeSlot() ??
      this.checkConflicts() ??
      this.checkInputs() ??
      this.checkInputPolicy();
    if (refusal) return refusal;
    const entry = makeEntry(this.tx, {
      coins: this.inputs,
      time: this.options.time ?? this.moment.now,
      height: this.moment.tip.height,
      independent: this.tx.inputs.every(({ prevout }) => !this.memory.pool.has(prevout.txid)),
      branchId: this.branchId,
    });
    const unpaid = this.checkFee(entry);
    if (unpaid) return unpaid;
    const broken = await checkPoolScripts(
      this.tx,
      this.inputs,
      this.moment.spendHeight,
      this.branchId,
      this.moment.params,
    );
    return broken ? { kind: "refused", reject: broken } : entry;
  }

  private get adjustedTime(): number {
    return this.moment.now + this.moment.timeOffset;
  }

  /** Transactions that were dealt with lately, and CONFIRMs that come a little early, are nobody's fault. */
  private checkMemories(): Refusal | null {
    const { pool, fluxnodes } = this.memory;
    if (pool.wasEvicted(this.tx.txid, this.adjustedTime)) return dropped("recently-evicted");
    if (fluxnodes.wasMined(this.tx.txid, this.adjustedTime)) return dropped("recently-mined");
    if (!this.tx.fluxnode) return null;
    if (fluxnodes.wasSeen(this.tx.txid)) return dropped("recently-seen");
    return this.isEarlyUpdate(this.tx.fluxnode) ? dropped("confirm-too-early") : null;
  }

  private isEarlyUpdate(node: FluxnodePayload): boolean {
    if (node.kind !== "confirm" || node.updateType !== 1) return false;
    const record = this.moment.nodes.find(node.collateral);
    if (record?.status !== "confirmed") return true;
    return !mayUpdateAt(record, node.ip, this.nextHeight, this.moment.params);
  }

  /** The transaction by itself, JoinSplit proofs included. */
  private checkAlone(): Refusal | ProofsWanted | null {
    const broken = checkTransaction(this.tx, this.moment.params, this.moment.nodes);
    if (broken) return refused(broken);
    if (this.tx.joinSplits.length > 0 && !this.verdict()) return this.wantProofs();
    const failure = this.verdict()?.failure;
    return failure?.kind === "joinsplit" ? refused(reject("tx.joinsplit-proof", failure.reason, 100)) : null;
  }

  /** The verdict on proofs if it is for this branch id. */
  private verdict(): Exclude<ProofVerdict, "mined"> | null {
    if (this.proofs === "mined") return { branchId: this.branchId, failure: null };
    return this.proofs?.branchId === this.branchId ? this.proofs : null;
  }

  private wantProofs(): ProofsWanted | Refusal {
    const jobs = joinSplitProofs(this.tx, 0);
    const broken = collectShielded(this.tx, 0, this.branchId, this.moment.initialDownload, jobs);
    // Without a signature hash, or with a bad JoinSplit signature, only the JoinSplit proofs matter; the rest fails before them.
    return broken && jobs.length === 0 ? refused(broken) : { kind: "unproven", branchId: this.branchId, jobs };
  }

  /** Rules at the height of the next block (spec transactions.md section 9), of the node list last. */
  private checkInContext(): Refusal | ProofsWanted | null {
    const { params, initialDownload, nodes, coins } = this.moment;
    const broken = checkTransactionInContext(this.tx, this.nextHeight, params, { score: SCORE, initialDownload });
    if (broken) return refused(broken);
    const unproven = this.checkShielded();
    if (unproven) return unproven;
    if (!this.tx.fluxnode) return null;
    const context = { table: nodes, coins, blockPath: false, score: SCORE };
    const unfitting = checkFluxnodeInContext(this.tx, this.nextHeight, params, context);
    if (!unfitting) return null;
    return unfitting.reason === "" ? dropped("confirm-without-node") : refused(unfitting);
  }

  private checkShielded(): Refusal | ProofsWanted | null {
    const { tx, branchId } = this;
    const broken = collectShielded(tx, 0, branchId, this.moment.initialDownload, []);
    if (broken) return refused(broken);
    if (tx.shieldedSpends.length === 0 && tx.shieldedOutputs.length === 0) return null;
    const verdict = this.verdict();
    if (!verdict) return this.wantProofs();
    return verdict.failure && refused(reject(`tx.${verdict.failure.kind}`, verdict.failure.reason, 100));
  }

  private checkPolicy(): Refusal | null {
    const { tx, moment, nextHeight } = this;
    if (isExpired(tx, nextHeight + EXPIRING_SOON))
      return unfit("expiring-soon", "tx-expiring-soon", RejectCode.invalid);
    if (isCoinbase(tx)) return refused(reject("pool.coinbase", "coinbase", 100));
    if (moment.params.rules.requireStandard) {
      const acadia = isActive(moment.params, "acadia", nextHeight);
      const reason = checkStandardTx(tx, acadia, this.memory.policy.standard);
      if (reason) return unfit(`nonstandard.${reason}`, reason, RejectCode.nonstandard);
    }
    if (!isFinal(tx, nextHeight, medianTimePast(moment.tip)))
      return unfit("non-final", "non-final", RejectCode.nonstandard);
    return this.memory.pool.has(tx.txid) ? dropped("already-in-pool") : null;
  }

  /** One fluxnode transaction per collateral; the one with the later signature time stays. */
  private checkFluxnodeSlot(): Refusal | null {
    const node = this.tx.fluxnode;
    if (!node || node.kind === "untyped") return null;
    const { pool } = this.memory;
    const other = pool.ofCollateral(node.collateral);
    if (other) {
      const { fluxnode } = other.tx;
      const otherTime = fluxnode && fluxnode.kind !== "untyped" ? fluxnode.sigTime : 0;
      if (node.sigTime <= otherTime) {
        return unfit("older-signature", "fluxnode-tx-outpoint-sigTime-older-cant-replace", RejectCode.duplicate);
      }
      pool.remove(other, "replaced");
    }
    if (this.adjustedTime - node.sigTime > MAX_SIGNATURE_AGE) {
      return unfit("old-signature", "fluxnode-tx-sig-to-old", RejectCode.duplicate);
    }
    if (node.kind === "confirm" && this.adjustedTime - node.benchmarkSigTime > MAX_SIGNATURE_AGE) {
      return unfit("old-benchmark", "fluxnode-tx-bench-sig-to-old", RejectCode.duplicate);
    }
    return null;
  }

  private checkConflicts(): Refusal | null {
    if (this.memory.pool.conflicts(this.tx)) return dropped("conflict");
    return this.coins.hasTransaction(this.tx.txid) ? dropped("already-in-chain") : null;
  }

  /** Collateral, inputs and shielded requirements, against the coins of chain and pool. */
  private checkInputs(): Refusal | null {
    const { tx, coins, moment } = this;
    if (tx.fluxnode) {
      const collateral = collateralOf(tx, this.nextHeight, moment.params, coins);
      if (typeof collateral === "string") return refused(mempoolCollateralReject(collateral));
    }
    const missing = tx.inputs.filter(({ prevout }) => !coins.hasTransaction(prevout.txid));
    if (missing.length > 0) return { kind: "orphan", missing: missing.map(({ prevout }) => prevout.txid) };
    const inputs: Coin[] = [];
    for (const { prevout } of tx.inputs) {
      const coin = coins.coin(prevout);
      if (!coin) return unfit("inputs-spent", "bad-txns-inputs-spent", RejectCode.duplicate);
      inputs.push(coin);
    }
    this.inputs = inputs;
    if (moment.shielded.meetsRequirements(tx)) return null;
    return unfit("shielded-requirements", "bad-txns-shielded-requirements-not-met", RejectCode.duplicate);
  }

  private checkInputPolicy(): Refusal | null {
    const { tx, inputs } = this;
    const spentScript = (_: unknown, index: number) => (inputs[index] as Coin).script;
    if (this.moment.params.rules.requireStandard && !areInputsStandard(tx, spentScript)) {
      return dropped("nonstandard-inputs");
    }
    const sigops = countLegacySigops(tx) + countP2shSigops(tx, spentScript);
    if (sigops <= MAX_SIGOPS) return null;
    return unfit("sigops", "bad-txns-too-many-sigops", RejectCode.nonstandard);
  }

  private checkFee({ fee, size }: MempoolEntry): Refusal | null {
    const { tx, memory, options } = this;
    const relayFee = feeForSize(memory.policy.standard.relayFeeRate, size);
    const free = fee < relayFee;
    const paysForJoinSplit = tx.joinSplits.length > 0 && fee >= JOINSPLIT_FEE;
    if (options.fromPeer && free && !paysForJoinSplit && size >= FREE_AREA && !this.isPrioritised()) {
      return unfit("fee", "insufficient fee", RejectCode.insufficientFee);
    }
    if (memory.policy.relayPriority && free && inputPriority(tx, this.inputs, this.nextHeight) <= FREE_PRIORITY) {
      return unfit("priority", "insufficient priority", RejectCode.insufficientFee);
    }
    if (options.fromPeer && free && !memory.limiter.admit(size, this.moment.now)) {
      return unfit("free-relay", "rate limited free transaction", RejectCode.insufficientFee);
    }
    const absurd = relayFee * ABSURD_FACTOR;
    if (!options.refuseAbsurdFee || fee <= absurd) return null;
    const txid = toDisplayHash(tx.txid);
    return dropped("absurd-fee", `AcceptToMemoryPool: absurdly high fees ${txid}, ${fee} > ${absurd}`);
  }

  private isPrioritised(): boolean {
    const { priority, fee } = this.memory.pool.delta(this.tx.txid);
    return priority > 0 || fee > 0n;
  }
}
