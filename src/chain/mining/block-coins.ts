import { bytesKey } from "../../protocol/bytes/index.ts";
import {
  type Coin,
  type CoinView,
  isCoinbase,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import { isUnspendable } from "../../protocol/script/index.ts";

/** The coins of the chain as the transactions chosen so far for a block change them. */
export class BlockCoins implements CoinView {
  private readonly chain: CoinView;
  private readonly height: number;
  private readonly made = new Map<string, Transaction>();
  private readonly spent = new Set<string>();

  /** @param height of the block */
  constructor(chain: CoinView, height: number) {
    this.chain = chain;
    this.height = height;
  }

  coin(outpoint: OutPoint): Coin | undefined {
    if (this.spent.has(outPointKey(outpoint))) return undefined;
    const tx = this.made.get(bytesKey(outpoint.txid));
    if (!tx) return this.chain.coin(outpoint);
    const output = tx.outputs[outpoint.index];
    if (!output || isUnspendable(output.script)) return undefined;
    return { value: output.value, script: output.script, height: this.height, coinbase: isCoinbase(tx) };
  }

  hasTransaction(txid: Uint8Array): boolean {
    return this.made.has(bytesKey(txid)) || this.chain.hasTransaction(txid);
  }

  add(tx: Transaction): void {
    for (const { prevout } of tx.inputs) this.spent.add(outPointKey(prevout));
    this.made.set(bytesKey(tx.txid), tx);
  }
}
