import { equalBytes } from "../../protocol/bytes/index.ts";
import {
  applyDelta,
  blockCollateralReject,
  type Collateral,
  checkFluxnodeInContext,
  checkTableSignatures,
  collateralOf,
  type Payee,
  payeesAt,
  planBlock,
} from "../../protocol/fluxnodes/index.ts";
import { branchIdAt, isActive } from "../../protocol/params/index.ts";
import {
  type Block,
  type Coin,
  isCoinbase,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import {
  checkCoinbaseAmount,
  checkInputs,
  checkPayouts,
  checkPonProducer,
  MAX_BLOCK_SIGOPS,
  producerKey,
  type Reject,
  reject,
  transactionFee,
} from "../../protocol/rules/index.ts";
import {
  CONSENSUS_FLAGS,
  checkInput,
  countLegacySigops,
  countP2shSigops,
  SignatureBatch,
} from "../../protocol/script/index.ts";
import type { SpentCoin } from "../coins/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { TreeRoots } from "../shielded/shielded-state.ts";
import type { ChainState } from "../state/chain-state.ts";
import { Validity } from "../state/header-entry.ts";
import { encodeUndo } from "./block-undo.ts";
import { type SpendingInput, scriptReject } from "./script-reject.ts";

/**
 * A block on its way to become the tip: its effects are applied in memory, its signatures wait for the batch. Ends with
 * {@link commit} or {@link rollback}.
 */
export class Connection {
  /** Signatures whose verdict is still open; entry i belongs to `pendingInputs[i]`. */
  readonly batch = new SignatureBatch();
  private readonly state: ChainState;
  private readonly node: HeaderNode;
  private readonly block: Block;
  private readonly height: number;
  private readonly branchId: number;
  private readonly checkScripts: boolean;
  private readonly rootsBefore: TreeRoots;
  private readonly pendingInputs: SpendingInput[] = [];
  private readonly spent: SpentCoin[][] = [];
  private readonly startCollateral = new Map<string, Collateral>();
  private applied = 0;
  private sigops = 0;
  private fees = 0n;
  private payees: readonly Payee[] = [];
  private openProducer: "deferred" | "open" | null = null;
  private current: Transaction | null = null;

  constructor(state: ChainState, node: HeaderNode, block: Block, checkScripts: boolean) {
    this.state = state;
    this.node = node;
    this.block = block;
    this.height = node.height;
    this.branchId = branchIdAt(state.params, node.height);
    this.checkScripts = checkScripts;
    this.rootsBefore = state.shielded.roots;
  }

  /**
   * Stops the producer of a block under construction from being checked: its signature is made last.
   */
  leaveProducerOpen(producer: "deferred" | "open"): this {
    this.openProducer = producer;
    return this;
  }

  /** The transaction that {@link apply} stopped at; undefined if another rule was broken. */
  get stoppedAt(): Transaction | undefined {
    return this.current ?? undefined;
  }

  /** Applies the block in the order of the reference (spec block-and-pow.md 6.7) and stops at the first broken rule. */
  apply(): Reject | null {
    return (
      this.checkFluxnodeSignatures() ??
      this.checkProducer() ??
      this.checkFluxnodeTransactions() ??
      this.checkTurnstile() ??
      this.checkOverwrites() ??
      this.checkPayees() ??
      this.applyTransactions() ??
      this.checkSaplingRoot() ??
      this.checkCoinbasePays()
    );
  }

  /** The producer's signature, by the node list after the parent (spec block-and-pow.md 5.4). */
  private checkProducer(): Reject | null {
    const { params, nodes } = this.state;
    if (this.block.header.proof.kind !== "pon") return null;
    const publicKeyOf = (collateral: OutPoint) => nodes.find(collateral)?.publicKey;
    const key = this.openProducer ?? producerKey(this.block.header, this.height, this.height - 1, publicKeyOf);
    return checkPonProducer(this.block.header, this.height, params, key, "bad-pon-block");
  }

  /** Signatures by nodes and delegates belong to the checks of a block by itself, which the reference repeats before all others. */
  private checkFluxnodeSignatures(): Reject | null {
    for (const tx of this.block.transactions) {
      const broken = tx.fluxnode ? checkTableSignatures(tx, this.state.nodes) : null;
      if (broken) return broken;
    }
    return null;
  }

  /** The rules of the node list after the parent. */
  private checkFluxnodeTransactions(): Reject | null {
    const { params, nodes, coins } = this.state;
    for (const tx of this.block.transactions) {
      if (!tx.fluxnode) continue;
      const broken = checkFluxnodeInContext(tx, this.height, params, {
        table: nodes,
        coins,
        blockPath: true,
        score: 100,
        signaturesChecked: true,
      });
      if (broken) return broken;
    }
    return null;
  }

  /** ZIP 209 where the network enforces it: no shielded pool falls below zero. */
  private checkTurnstile(): Reject | null {
    if (!this.state.params.turnstileEnforced) return null;
    const { chainSproutValue, chainSaplingValue } = this.node;
    if (chainSproutValue !== null && chainSproutValue < 0n) {
      return reject("block.sprout-turnstile", "turnstile-violation-sprout-shielded-pool", 100);
    }
    if (chainSaplingValue !== null && chainSaplingValue < 0n) {
      return reject("block.sapling-turnstile", "turnstile-violation-sapling-shielded-pool", 100);
    }
    return null;
  }

  /** No transaction repeats the txid of one that still has unspent outputs (BIP 30). */
  private checkOverwrites(): Reject | null {
    const overwrites = this.block.transactions.some((tx) => this.state.coins.hasTransaction(tx.txid));
    return overwrites ? reject("block.bip30", "bad-txns-BIP30", 100) : null;
  }

  /** The coinbase pays the nodes that the list after the parent names. */
  private checkPayees(): Reject | null {
    const { params, nodes, coins } = this.state;
    if (this.height < params.startPaymentsHeight) return null;
    this.payees = payeesAt(nodes, this.height, params, coins);
    return checkPayouts((this.block.transactions[0] as Transaction).outputs, this.payees, this.height, params);
  }

  private applyTransactions(): Reject | null {
    for (let i = 0; i < this.block.transactions.length; i++) {
      this.current = this.block.transactions[i] as Transaction;
      const broken = this.applyTransaction(this.current, i === 0);
      if (broken) return broken;
    }
    this.current = null;
    return null;
  }

  private applyTransaction(tx: Transaction, first: boolean): Reject | null {
    const { params, coins, shielded } = this.state;
    this.sigops += countLegacySigops(tx);
    if (this.sigops > MAX_BLOCK_SIGOPS) return tooManySigops();
    const inputs: Coin[] = [];
    if (!first) {
      for (const { prevout } of tx.inputs) {
        const coin = coins.coin(prevout);
        if (!coin) return reject("block.inputs", "bad-txns-inputs-missingorspent", 100);
        inputs.push(coin);
      }
      const broken = tx.fluxnode ? this.checkCollateral(tx) : null;
      if (broken) return broken;
      if (!shielded.meetsRequirements(tx)) {
        return reject("block.shielded-requirements", "bad-txns-joinsplit-requirements-not-met", 100);
      }
      this.sigops += countP2shSigops(tx, (_, index) => (inputs[index] as Coin).script);
      if (this.sigops > MAX_BLOCK_SIGOPS) return tooManySigops();
      const refused = checkInputs(tx, inputs, this.height, params) ?? this.checkScriptsOf(tx, inputs);
      if (refused) return refused;
      this.fees += transactionFee(tx, inputs);
    }
    this.spendInputs(tx, first);
    return null;
  }

  /** The collateral is unspent, old enough and worth a tier (spec fluxnodes.md 7.4). */
  private checkCollateral(tx: Transaction): Reject | null {
    const result = collateralOf(tx, this.height, this.state.params, this.state.coins);
    if (typeof result === "string") return blockCollateralReject(result);
    if (tx.fluxnode?.kind === "start") this.startCollateral.set(outPointKey(tx.fluxnode.collateral), result);
    return null;
  }

  private checkScriptsOf(tx: Transaction, coins: readonly Coin[]): Reject | null {
    if (!this.checkScripts) return null;
    for (let inputIndex = 0; inputIndex < coins.length; inputIndex++) {
      const input = { tx, inputIndex, coin: coins[inputIndex] as Coin, branchId: this.branchId };
      const error = checkInput({ ...input, flags: CONSENSUS_FLAGS, batch: this.batch });
      if (error) return scriptReject(input, error);
      if (this.batch.size > this.pendingInputs.length) this.pendingInputs.push(input);
    }
    return null;
  }

  private spendInputs(tx: Transaction, first: boolean): void {
    const { coins, shielded } = this.state;
    const spent: SpentCoin[] = [];
    if (!isCoinbase(tx)) {
      for (const { prevout } of tx.inputs) spent.push(coins.spend(prevout));
    }
    if (!first) this.spent.push(spent);
    shielded.connectTransaction(tx);
    if (tx.outputs.length > 0) coins.add(tx, this.height, isCoinbase(tx));
    this.applied++;
  }

  /** From ACADIA on the header commits to the Sapling tree after the block. */
  private checkSaplingRoot(): Reject | null {
    const { params, shielded } = this.state;
    shielded.finishBlock(this.rootsBefore);
    if (!isActive(params, "acadia", this.height)) return null;
    if (equalBytes(this.block.header.finalSaplingRoot, shielded.roots.sapling)) return null;
    return reject("block.sapling-root", "bad-sapling-root-in-block", 100);
  }

  private checkCoinbasePays(): Reject | null {
    const { outputs } = this.block.transactions[0] as Transaction;
    return checkCoinbaseAmount(outputs, this.height, this.fees, this.state.params);
  }

  /** The transaction with the input whose batch entry is invalid. */
  transactionOfEntry(entry: number): Transaction {
    return (this.pendingInputs[entry] as SpendingInput).tx;
  }

  /** The verdict on the input whose batch entry is invalid. */
  rejectOfEntry(entry: number): Reject {
    const input = this.pendingInputs[entry] as SpendingInput;
    const error = checkInput({ ...input, flags: CONSENSUS_FLAGS });
    if (!error) throw new Error("the batch and the interpreter disagree about a signature");
    return scriptReject(input, error);
  }

  /** Makes the block the tip. Only for a block that no rule refused. */
  commit(): void {
    const { state, node, block } = this;
    const delta = planBlock({
      table: state.nodes,
      params: state.params,
      height: this.height,
      transactions: block.transactions,
      startCollateral: this.startCollateral,
      payees: this.payees,
    });
    applyDelta(state.nodes, delta);
    state.noteNodeChanges(delta, "after");
    state.setUndo(node, encodeUndo({ spent: this.spent, nodes: delta }));
    state.indexes?.connect({ id: node.id, height: this.height, block, spent: this.spent });
    node.validity = Validity.scripts;
    node.sproutRoot = state.shielded.roots.sprout;
    node.logicalTime = Math.max(node.time, (node.parent?.logicalTime ?? 0) + 1);
    state.tree.changed(node);
    state.active.push(node);
  }

  /** Takes back what {@link apply} did. */
  rollback(): void {
    const { coins, shielded } = this.state;
    for (let i = this.applied - 1; i >= 0; i--) {
      const tx = this.block.transactions[i] as Transaction;
      if (tx.outputs.length > 0) coins.remove(tx.txid);
      shielded.disconnectTransaction(tx);
      const spent = i > 0 ? (this.spent[i - 1] as SpentCoin[]) : [];
      for (let j = spent.length - 1; j >= 0; j--) {
        coins.restore((tx.inputs[j] as { prevout: OutPoint }).prevout, spent[j] as SpentCoin);
      }
    }
    shielded.rewindTrees(this.rootsBefore);
  }
}

function tooManySigops(): Reject {
  // The count runs over data that the hash commits to, so unlike in the context-free check nothing can be corrupted here.
  return reject("block.sigops", "bad-blk-sigops", 100);
}
