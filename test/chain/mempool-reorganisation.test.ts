import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Chain } from "../../src/chain/index.ts";
import { bytesKey } from "../../src/protocol/bytes/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { type BuiltBlock, outputOf, type Spendable } from "./block-builder.ts";
import {
  baseBlocks,
  baseCoins,
  baseTip,
  expectSound,
  keysOf,
  payOn,
  poolBuilder,
  poolChain,
  poolKeys,
} from "./pool-scene.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const FEE = 20_000n;
const NEXT = 109;
const OTHER = Uint8Array.of(9);
const TIMEOUT = 120_000;

function coin(index: number): Spendable {
  return baseCoins()[index] as Spendable;
}

async function submit(chain: Chain, ...blocks: readonly BuiltBlock[]): Promise<void> {
  for (const { raw } of blocks) expect((await chain.submitBlock(raw)).reject).toBeNull();
}

describe("after a reorganisation", () => {
  test("transactions of the lost branch wait again, unless the new one has them or what they spend", async () => {
    const { chain } = await poolChain();
    const [lost, both, conflicting] = [0, 1, 2].map((i) => payOn([coin(i)], FEE, NEXT)) as Transaction[];
    const child = payOn([outputOf(conflicting as Transaction, 0)], FEE, NEXT);
    const rival = payOn([coin(2)], 2n * FEE, NEXT);
    const transactions = [lost, both, conflicting, child] as Transaction[];
    const left = poolBuilder.build({ parent: baseTip(), transactions });
    const right = poolBuilder.build({
      parent: baseTip(),
      transactions: [both as Transaction, rival],
      extra: OTHER,
    });
    await submit(chain, left);
    expect(chain.pool.content.size).toBe(0);
    await submit(chain, right, ...poolBuilder.extend(right, 1));
    expect(poolKeys(chain)).toEqual(keysOf(lost as Transaction));
    await expectSound(chain);
    await chain.close();
  });

  test("a chain of transactions over several blocks comes back whole, and goes forth again", async () => {
    const { chain } = await poolChain();
    const blocks: BuiltBlock[] = [];
    const transactions: Transaction[] = [];
    let from = coin(0);
    for (let i = 0; i < 4; i++) {
      const tx = payOn([from], FEE, NEXT + i);
      transactions.push(tx);
      from = outputOf(tx, 0);
      blocks.push(poolBuilder.build({ parent: blocks.at(-1) ?? baseTip(), transactions: [tx] }));
    }
    const waiting = payOn([from], FEE, NEXT + 4);
    await submit(chain, ...blocks);
    await chain.pool.accept(waiting);
    await chain.invalidateBlock((blocks[0] as BuiltBlock).block.header.hash);
    expect(poolKeys(chain)).toEqual(keysOf(...transactions, waiting));
    await expectSound(chain);
    await chain.reconsiderBlock((blocks[0] as BuiltBlock).block.header.hash);
    expect(chain.height).toBe(NEXT + 3);
    expect(poolKeys(chain)).toEqual(keysOf(waiting));
    await expectSound(chain);
    await chain.close();
  });

  test("what spends a coinbase that is young again, or gone, leaves with what depends on it", async () => {
    const { chain } = await poolChain();
    const ripe = (baseBlocks()[9] as BuiltBlock).reward;
    const blocks = poolBuilder.extend(baseTip(), 1);
    await submit(chain, ...blocks);
    const tx = payOn([ripe], FEE, NEXT + 1);
    const child = payOn([outputOf(tx, 0)], FEE, NEXT + 1);
    const other = payOn([coin(0)], FEE, NEXT + 1);
    for (const each of [tx, child, other]) expect((await chain.pool.accept(each)).kind).toBe("accepted");
    await chain.invalidateBlock((blocks[0] as BuiltBlock).block.header.hash);
    expect(poolKeys(chain)).toEqual(keysOf(other));
    await expectSound(chain);
    await chain.close();
  });

  test("what depends on a transaction that does not come back leaves", async () => {
    const { chain } = await poolChain();
    const brief = payOn([coin(0)], FEE, NEXT, NEXT + 1);
    const block = poolBuilder.build({ parent: baseTip(), transactions: [brief] });
    await submit(chain, block);
    const child = payOn([outputOf(brief, 0)], FEE, NEXT + 1);
    expect((await chain.pool.accept(child)).kind).toBe("accepted");
    await chain.invalidateBlock(block.block.header.hash);
    expect(chain.pool.content.size).toBe(0);
    await chain.close();
  });

  test("what a lower tip or an earlier time locks again leaves", async () => {
    const { chain } = await poolChain();
    const [block] = poolBuilder.extend(baseTip(), 1) as [BuiltBlock];
    await submit(chain, block);
    const from = coin(0);
    const locked = poolBuilder.sign(
      {
        ...payOn([from], FEE, NEXT + 1),
        lockTime: NEXT,
        inputs: [{ prevout: from.outpoint, scriptSig: new Uint8Array(0), sequence: 0 }],
      },
      [from],
      NEXT + 1,
    );
    expect((await chain.pool.accept(locked)).kind).toBe("accepted");
    await chain.invalidateBlock(block.block.header.hash);
    expect(chain.pool.content.size).toBe(0);
    expect(await chain.pool.accept(locked)).toMatchObject({
      kind: "refused",
      reject: { reason: "non-final", code: 64 },
    });
    await chain.close();
  });
});

test("transactions leave with the first block that they may not be in, with their dependants", async () => {
  const { chain } = await poolChain();
  const brief = payOn([coin(0)], FEE, NEXT, NEXT + 3);
  const child = payOn([outputOf(brief, 1)], FEE, NEXT);
  const lasting = payOn([coin(1)], FEE, NEXT);
  for (const each of [brief, child, lasting]) await chain.pool.accept(each);
  const blocks = poolBuilder.extend(baseTip(), 5);
  for (const block of blocks) {
    await submit(chain, block);
    const expected = chain.height > NEXT + 3 ? keysOf(lasting) : keysOf(brief, child, lasting);
    expect(poolKeys(chain)).toEqual(expected);
  }
  await chain.close();
});

type Action =
  | { readonly kind: "accept"; readonly coin: number; readonly expires: boolean }
  | { readonly kind: "mine"; readonly picks: readonly number[]; readonly foreign: number }
  | { readonly kind: "fork"; readonly depth: number; readonly picks: readonly number[]; readonly foreign: number }
  | { readonly kind: "invalidate"; readonly depth: number };

const picks = fc.array(fc.nat(30), { maxLength: 5 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("accept"), coin: fc.nat(200), expires: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("mine"), picks, foreign: fc.nat(200) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fork"),
      depth: fc.integer({ min: 1, max: 3 }),
      picks,
      foreign: fc.nat(200),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("invalidate"), depth: fc.nat(1) }) },
);

/** Plays actions against a chain; some transactions and blocks that come up are impossible, and refused. */
class Play {
  readonly chain: Chain;
  private readonly blocks = new Map<string, BuiltBlock>();
  private readonly coins: Spendable[] = baseCoins().slice(0, 12);
  private readonly transactions: Transaction[] = [];
  private marks = 0;
  accepted = 0;
  reorganised = 0;

  constructor(chain: Chain) {
    this.chain = chain;
    for (const block of baseBlocks()) this.note(block);
  }

  private note(block: BuiltBlock): void {
    this.blocks.set(bytesKey(block.block.header.hash), block);
  }

  private get tip(): BuiltBlock {
    return this.blocks.get(bytesKey(this.chain.tipHash)) as BuiltBlock;
  }

  private ancestor(depth: number): BuiltBlock {
    let block = this.tip;
    for (let i = 0; i < depth && block.height > baseTip().height; i++) {
      block = this.blocks.get(bytesKey(block.block.header.prevHash)) as BuiltBlock;
    }
    return block;
  }

  private transaction(index: number, expires: boolean): Transaction {
    const spent = this.coins[index % this.coins.length] as Spendable;
    const next = this.chain.height + 1;
    const tx = payOn([spent], BigInt(1000 + (index % 7)), next, expires ? next + 3 + (index % 4) : 0);
    this.transactions.push(tx);
    this.coins.push(outputOf(tx, 0), outputOf(tx, 1));
    return tx;
  }

  /** Known transactions and one that the pool never saw, in the order in which they were made. */
  private bundle(chosen: readonly number[], foreign: number): Transaction[] {
    const known = this.transactions;
    const old = new Set(
      known.length === 0 ? [] : chosen.map((i) => known[(known.length + i) % known.length] as Transaction),
    );
    const ordered = known.filter((tx) => old.has(tx));
    return foreign % 3 === 0 ? [...ordered, this.transaction(foreign, false)] : ordered;
  }

  /** Builds on a block; if a rule refuses the transactions, a block without any takes their place. */
  private async extend(parent: BuiltBlock, transactions: readonly Transaction[]): Promise<BuiltBlock> {
    const extra = Uint8Array.of(1, ++this.marks);
    const full = poolBuilder.build({ parent, transactions, extra });
    this.note(full);
    const { reject } = await this.chain.submitBlock(full.raw);
    if (!reject) return full;
    const empty = poolBuilder.build({ parent, extra });
    this.note(empty);
    await this.chain.submitBlock(empty.raw);
    return empty;
  }

  async perform(next: Action): Promise<void> {
    if (next.kind === "accept") {
      const { kind } = await this.chain.pool.accept(this.transaction(next.coin, next.expires));
      if (kind === "accepted") this.accepted++;
    } else if (next.kind === "mine") {
      await this.extend(this.tip, this.bundle(next.picks, next.foreign));
    } else if (next.kind === "fork") {
      const before = this.tip;
      let parent = this.ancestor(next.depth);
      const length = before.height - parent.height + 1;
      for (let i = 0; i < length; i++) {
        parent = await this.extend(parent, i === 0 ? this.bundle(next.picks, next.foreign) : []);
      }
      if (this.ancestor(length) !== before) this.reorganised++;
    } else if (this.tip.height > baseTip().height) {
      await this.chain.invalidateBlock(
        this.ancestor(next.depth).height > baseTip().height
          ? this.ancestor(next.depth).block.header.hash
          : this.tip.block.header.hash,
      );
    }
  }
}

test(
  "whatever comes and goes, the pool holds no conflict and nothing whose inputs are nowhere",
  async () => {
    let accepted = 0;
    let reorganised = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 30 }), async (actions) => {
        const { chain } = await poolChain();
        try {
          const play = new Play(chain);
          for (const next of actions) {
            await play.perform(next);
            await expectSound(chain);
          }
          accepted += play.accepted;
          reorganised += play.reorganised;
        } finally {
          await chain.close();
          removeScratchFolders();
        }
      }),
      { numRuns: 15 },
    );
    expect(accepted).toBeGreaterThan(30);
    expect(reorganised).toBeGreaterThan(5);
  },
  TIMEOUT,
);
