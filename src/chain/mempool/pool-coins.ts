import { bytesKey } from "../../protocol/bytes/index.ts";
import type { Coin, CoinView, OutPoint } from "../../protocol/primitives/index.ts";
import { isUnspendable } from "../../protocol/script/index.ts";
import { type MempoolEntry, POOL_HEIGHT } from "./mempool-entry.ts";

/**
 * The coins of the chain and, in front of them, the outputs of pool transactions. Outputs that pool transactions spend are still
 * there: conflicts are looked for apart.
 */
export class PoolCoins implements CoinView {
  private readonly chain: CoinView;
  private readonly entries: ReadonlyMap<string, MempoolEntry>;

  constructor(chain: CoinView, entries: ReadonlyMap<string, MempoolEntry>) {
    this.chain = chain;
    this.entries = entries;
  }

  coin(outpoint: OutPoint): Coin | undefined {
    const entry = this.entries.get(bytesKey(outpoint.txid));
    if (!entry) return this.chain.coin(outpoint);
    const output = entry.tx.outputs[outpoint.index];
    if (!output || isUnspendable(output.script)) return undefined;
    return { value: output.value, script: output.script, height: POOL_HEIGHT, coinbase: false };
  }

  hasTransaction(txid: Uint8Array): boolean {
    return this.entries.has(bytesKey(txid)) || this.chain.hasTransaction(txid);
  }
}
