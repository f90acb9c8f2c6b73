import { expect } from "bun:test";
import { Chain, type ChainOptions, type ChainReader, type MempoolEntry } from "../../src/chain/index.ts";
import { createClock } from "../../src/platform/index.ts";
import { bytesKey } from "../../src/protocol/bytes/index.ts";
import { isNullOutPoint, outPointKey, type Transaction } from "../../src/protocol/primitives/index.ts";
import { blockSubsidy, isExpired, isFinal, medianTimePast } from "../../src/protocol/rules/index.ts";
import { BlockBuilder, BUILDER_SCRIPT, type BuiltBlock, outputOf, type Spendable } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { connectAll, scratchDirectory } from "./test-store.ts";

/** Every upgrade up to ACADIA at once, so that transactions may expire; nothing has to be standard. */
export const POOL_NETWORK = privateNetwork({ heights: { lwma: 2, acadia: 3, kamiooka: 5 } });
export const poolBuilder = new BlockBuilder(POOL_NETWORK);

/** Outputs of the first coinbase: coins for the tests to spend. */
const COINS = 60;
/** Long enough for the first coinbases to be spendable. */
const BASE_HEIGHT = 108;

let base: BuiltBlock[] | undefined;

/** Blocks that all these tests begin with. */
export function baseBlocks(): readonly BuiltBlock[] {
  if (!base) {
    const height = 1;
    const value = blockSubsidy(height, POOL_NETWORK) / BigInt(COINS);
    const coinbase = Array.from({ length: COINS }, () => ({ value, script: BUILDER_SCRIPT }));
    const first = poolBuilder.build({ parent: null, coinbase });
    base = [first, ...poolBuilder.extend(first, BASE_HEIGHT - 1)];
  }
  return base;
}

/** Coins that may be spent on top of the base. */
export function baseCoins(): Spendable[] {
  const [coinbase] = (baseBlocks()[0] as BuiltBlock).block.transactions as [Transaction];
  return coinbase.outputs.map((_, index) => outputOf(coinbase, index));
}

export function baseTip(): BuiltBlock {
  return baseBlocks().at(-1) as BuiltBlock;
}

/** A chain on the base. The clock stands a while after its tip. */
export async function poolChain(mempool: ChainOptions["mempool"] = {}, directory = scratchDirectory(POOL_NETWORK)) {
  const clock = createClock(baseTip().entry.time + 600);
  const chain = await Chain.open({ params: POOL_NETWORK, directory, clock, indexes: false, mempool });
  if (chain.height === 0) {
    await connectAll(
      chain,
      baseBlocks().map(({ raw }) => raw),
    );
  }
  return { chain, clock, directory };
}

/** Pays the whole of some outputs to as many new ones. */
export function payOn(spent: readonly Spendable[], fee: bigint, height: number, expiryHeight = 0): Transaction {
  const total = spent.reduce((sum, { output }) => sum + output.value, -fee);
  const half = total / 2n;
  const outputs = [half, total - half].map((value) => ({ value, script: BUILDER_SCRIPT }));
  return poolBuilder.pay(spent, outputs, height, { expiryHeight });
}

export function poolKeys(chain: Chain): Set<string> {
  return new Set(chain.pool.content.entries().map(({ key }) => key));
}

export function keysOf(...transactions: readonly Transaction[]): Set<string> {
  return new Set(transactions.map(({ txid }) => bytesKey(txid)));
}

/** What must hold of a pool at any moment. */
export async function expectSound(chain: Chain): Promise<void> {
  await chain.read((reader) => {
    const { mempool } = reader;
    const entries = mempool.entries();
    expect(mempool.size).toBe(entries.length);
    expect(mempool.bytes).toBe(entries.reduce((sum, { size }) => sum + size, 0));
    const spent = entries.flatMap(({ tx }) => tx.inputs.map(({ prevout }) => outPointKey(prevout)));
    expect(new Set(spent).size).toBe(spent.length);
    for (const entry of entries) expectSoundEntry(entry, reader);
  });
}

function expectSoundEntry(entry: MempoolEntry, reader: ChainReader): void {
  const { tx } = entry;
  const { mempool, tip } = reader;
  expect(reader.transactionCoins(tx.txid)).toBeUndefined();
  expect(isExpired(tx, tip.height)).toBe(false);
  expect(isFinal(tx, tip.height + 1, medianTimePast(tip))).toBe(true);
  tx.inputs.forEach(({ prevout }, index) => {
    expect(isNullOutPoint(prevout)).toBe(false);
    const parent = mempool.get(prevout.txid)?.tx.outputs[prevout.index];
    const coin = reader.coin(prevout);
    // Exactly one of the two has it, and it is what the entry thinks that it spends.
    expect([parent, coin].filter((output) => output !== undefined).length).toBe(1);
    expect(entry.spent[index]?.value).toBe((parent ?? coin)?.value as bigint);
    if (coin?.coinbase) expect(tip.height + 1 - coin.height).toBeGreaterThanOrEqual(100);
    expect(mempool.spender(prevout)).toEqual({ entry, inputIndex: index });
  });
}
