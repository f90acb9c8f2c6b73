import { equalBytes } from "../../protocol/bytes/index.ts";
import {
  applyDelta,
  type Collateral,
  encodeTable,
  NodeTable,
  payeesAt,
  planBlock,
  tierOfAmount,
} from "../../protocol/fluxnodes/index.ts";
import type { Block, Coin, CoinView, OutPoint } from "../../protocol/primitives/index.ts";
import { outPointKey } from "../../protocol/primitives/index.ts";
import type { ChainReader } from "../state/chain-reader.ts";
import type { HeaderEntry } from "../state/header-entry.ts";

/** Blocks before the first fluxnode transaction from which on the daemon looks, too. */
const MARGIN = 10;

/** What a rebuilt node list says of the kept one. */
export type RebuildVerdict = "same" | "different";

/** Outputs of the whole chain, spent or not: a collateral may be spent by now. Needs the transaction index. */
function outputsOf(reader: ChainReader): CoinView {
  return {
    coin({ txid, index }: OutPoint): Coin | undefined {
      const found = reader.transaction(txid);
      const output = found?.transaction.outputs[index];
      return found && output && { ...output, height: found.entry.height, coinbase: found.index === 0 };
    },
    hasTransaction: () => false,
  };
}

/**
 * The list of fluxnodes made again from the stored blocks, beside the kept one, piece by piece: nothing is changed, and others get
 * their turn at the chain between the pieces.
 */
export class RebuiltNodes {
  private table = new NodeTable();
  private last: HeaderEntry | null = null;

  /**
   * Works off some more blocks of the active chain, from the beginning again if it left the branch.
   * @returns null until the tip is reached
   * @throws Error for a block that is not stored, or that the node list does not fit at all
   */
  advance(reader: ChainReader, blocks: number): RebuildVerdict | null {
    if (this.last && !reader.isActive(this.last)) {
      this.table = new NodeTable();
      this.last = null;
    }
    const first = Math.max(1, reader.params.heights.kamata - MARGIN);
    for (let i = 0; i < blocks; i++) {
      const height = this.last ? this.last.height + 1 : first;
      if (height > reader.tip.height) return this.verdict(reader);
      this.connect(reader, reader.entryAt(height) as HeaderEntry);
    }
    return null;
  }

  private connect(reader: ChainReader, entry: HeaderEntry): void {
    const { params } = reader;
    const { height } = entry;
    const block = reader.block(entry);
    if (!block) throw new Error(`the block at height ${height} is not stored`);
    const coins = outputsOf(reader);
    const { transactions } = block;
    const startCollateral = this.collaterals(block, height, reader, coins);
    const payees = payeesAt(this.table, height, params, coins);
    applyDelta(this.table, planBlock({ table: this.table, params, height, transactions, startCollateral, payees }));
    this.last = entry;
  }

  private collaterals({ transactions }: Block, height: number, { params }: ChainReader, coins: CoinView) {
    const found = new Map<string, Collateral>();
    for (const { fluxnode } of transactions) {
      if (fluxnode?.kind !== "start") continue;
      const amount = coins.coin(fluxnode.collateral)?.value;
      const tier = amount === undefined ? null : tierOfAmount(amount, height, params);
      if (amount !== undefined && tier !== null) found.set(outPointKey(fluxnode.collateral), { tier, amount });
    }
    return found;
  }

  private verdict({ nodes }: ChainReader): RebuildVerdict {
    return equalBytes(encodeTable(this.table), encodeTable(nodes)) ? "same" : "different";
  }
}
