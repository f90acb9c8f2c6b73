import {
  applyDelta,
  blockCollateralReject,
  type Collateral,
  checkFluxnodeInContext,
  checkFluxnodeTransaction,
  collateralOf,
  mempoolCollateralReject,
  type NodeDelta,
  NodeTable,
  type Payee,
  payeesAt,
  planBlock,
  revertDelta,
} from "../../../../src/protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  type Block,
  type Coin,
  type CoinView,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import type { Reject } from "../../../../src/protocol/verdict/index.ts";

/** Coins in memory with a log that takes changes back. */
class TestCoins implements CoinView {
  private readonly coins = new Map<string, Coin>();
  private readonly unspent = new Map<string, number>();

  coin(outpoint: OutPoint): Coin | undefined {
    return this.coins.get(outPointKey(outpoint));
  }

  hasTransaction(txid: Uint8Array): boolean {
    return this.unspent.has(String(txid));
  }

  set(outpoint: OutPoint, coin: Coin | undefined): () => void {
    const before = this.coin(outpoint);
    if (coin) this.coins.set(outPointKey(outpoint), coin);
    else this.coins.delete(outPointKey(outpoint));
    const txid = String(outpoint.txid);
    const count = (this.unspent.get(txid) ?? 0) + (coin ? 1 : 0) - (before ? 1 : 0);
    if (count > 0) this.unspent.set(txid, count);
    else this.unspent.delete(txid);
    return () => void this.set(outpoint, before);
  }
}

export interface Connected {
  readonly payees: readonly Payee[];
  readonly delta: NodeDelta;
}

/** Connects blocks as far as the node list is concerned: no proof, script or amount is looked at. */
export class TestChain {
  readonly table = new NodeTable();
  readonly coins = new TestCoins();
  height = 0;
  private readonly undo: { coins: (() => void)[]; delta: NodeDelta }[] = [];
  readonly params: NetworkParams;

  constructor(params: NetworkParams) {
    this.params = params;
  }

  /** The first broken fluxnode rule; then nothing has changed. */
  connect({ transactions }: Pick<Block, "transactions">): Connected | Reject {
    const height = this.height + 1;
    const { table, coins, params } = this;
    const context = { table, coins, blockPath: true, score: 100 };
    const fluxnode = transactions.filter((tx) => tx.fluxnode);
    for (const tx of fluxnode) {
      const refused = checkFluxnodeTransaction(tx, params, table);
      if (refused) return refused;
    }
    for (const tx of fluxnode) {
      const refused = checkFluxnodeInContext(tx, height, params, context);
      if (refused) return refused;
    }
    const payees = payeesAt(table, height, params, coins);
    const startCollateral = new Map<string, Collateral>();
    const log: (() => void)[] = [];
    for (const [i, tx] of transactions.entries()) {
      if (tx.fluxnode) {
        const collateral = collateralOf(tx, height, params, coins);
        if (typeof collateral === "string") {
          for (const step of log.reverse()) step();
          return blockCollateralReject(collateral);
        }
        if (tx.fluxnode.kind === "start") startCollateral.set(outPointKey(tx.fluxnode.collateral), collateral);
      }
      if (i > 0) for (const { prevout } of tx.inputs) log.push(coins.set(prevout, undefined));
      for (const [index, { value, script }] of tx.outputs.entries()) {
        log.push(coins.set({ txid: tx.txid, index }, { value, script, height, coinbase: i === 0 }));
      }
    }
    const delta = planBlock({ table, params, height, transactions, startCollateral, payees });
    applyDelta(table, delta);
    this.undo.push({ coins: log, delta });
    this.height = height;
    return { payees, delta };
  }

  disconnect(): void {
    const last = this.undo.pop();
    if (!last) throw new Error("nothing to disconnect");
    revertDelta(this.table, last.delta);
    for (const step of last.coins.reverse()) step();
    this.height--;
  }

  /** What the mempool says to a fluxnode transaction as far as the node list is concerned. */
  judge(tx: Transaction): Reject | null {
    const { table, coins, params } = this;
    const height = this.height + 1;
    const context = { table, coins, blockPath: false, score: 10 };
    const refused = checkFluxnodeTransaction(tx, params, table) ?? checkFluxnodeInContext(tx, height, params, context);
    if (refused) return refused;
    const collateral = collateralOf(tx, height, params, coins);
    return typeof collateral === "string" ? mempoolCollateralReject(collateral) : null;
  }
}
