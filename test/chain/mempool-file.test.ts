import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Chain } from "../../src/chain/index.ts";
import { ByteWriter, DecodeError } from "../../src/protocol/bytes/index.ts";
import { sha256d } from "../../src/protocol/crypto/index.ts";
import type { Transaction } from "../../src/protocol/primitives/index.ts";
import { outputOf, type Spendable } from "./block-builder.ts";
import { baseCoins, baseTip, expectSound, keysOf, payOn, poolBuilder, poolChain, poolKeys } from "./pool-scene.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const NEXT = 109;
const FEE = 20_000n;
const CHECKSUM_SIZE = 32;

let transactions: Transaction[] = [];

beforeAll(() => {
  const [first, second] = baseCoins() as [Spendable, Spendable];
  const parent = payOn([first], FEE, NEXT);
  const child = payOn([outputOf(parent, 0)], FEE, NEXT);
  const grandchild = payOn([outputOf(child, 1), outputOf(parent, 1)], FEE, NEXT);
  transactions = [parent, child, grandchild, payOn([second], 0n, NEXT)];
});

async function filledChain() {
  const scene = await poolChain();
  for (const tx of transactions) expect((await scene.chain.pool.accept(tx)).kind).toBe("accepted");
  return scene;
}

async function saved(): Promise<Uint8Array> {
  const { chain } = await filledChain();
  const bytes = await chain.pool.save();
  await chain.close();
  return bytes;
}

/** The error of a load that must fail. */
async function failure(chain: Chain, bytes: Uint8Array): Promise<unknown> {
  try {
    await chain.pool.load(bytes);
  } catch (error) {
    return error;
  }
  throw new Error("the file was taken");
}

describe("a saved memory pool", () => {
  test("comes back with times, ratings and all that depends on each other", async () => {
    const { chain, clock, directory } = await filledChain();
    const { txid } = transactions[0] as Transaction;
    await chain.pool.prioritise(txid, { priority: 1.25, fee: -3n });
    const arrival = chain.pool.content.get(txid)?.time;
    const bytes = await chain.pool.save();
    const shown = chain.pool.content.entries();
    await chain.close();

    const again = await poolChain({}, directory);
    again.clock.setMock((clock.mock as number) + 1000);
    expect(again.chain.pool.content.size).toBe(0);
    expect(await again.chain.pool.load(bytes)).toEqual({ accepted: 4, refused: 0, complete: true });
    expect(again.chain.pool.content.entries()).toEqual(shown);
    expect(again.chain.pool.content.get(txid)?.time).toBe(arrival as number);
    expect(again.chain.pool.content.delta(txid)).toEqual({ priority: 1.25, fee: -3n });
    await expectSound(again.chain);
    expect(await again.chain.pool.save()).toEqual(bytes);
    await again.chain.close();
  });

  test("is whole even if a reorganisation brought parents in after their children", async () => {
    const { chain } = await poolChain();
    const [parent, child] = transactions as [Transaction, Transaction];
    const block = poolBuilder.build({ parent: baseTip(), transactions: [parent] });
    await chain.submitBlock(block.raw);
    await chain.pool.accept(child);
    await chain.invalidateBlock(block.entry.hash);
    const bytes = await chain.pool.save();
    await chain.close();
    const again = await poolChain();
    expect(await again.chain.pool.load(bytes)).toMatchObject({ accepted: 2, refused: 0 });
    expect(poolKeys(again.chain)).toEqual(keysOf(parent, child));
    await again.chain.close();
  });

  test("loses what the chain has or spends by now", async () => {
    const bytes = await saved();
    const { chain } = await poolChain();
    const [parent, child, grandchild, other] = transactions as [Transaction, Transaction, Transaction, Transaction];
    const rival = payOn(baseCoins().slice(1, 2), FEE, NEXT);
    await chain.submitBlock(poolBuilder.build({ parent: baseTip(), transactions: [parent, rival] }).raw);
    expect(await chain.pool.load(bytes)).toEqual({ accepted: 2, refused: 2, complete: true });
    expect(poolKeys(chain)).toEqual(keysOf(child, grandchild));
    expect(chain.pool.content.has(other.txid)).toBe(false);
    await expectSound(chain);
    await chain.close();
  });

  test("gives way to what came in before it was loaded", async () => {
    const bytes = await saved();
    const { chain } = await poolChain();
    const rival = payOn(baseCoins().slice(0, 1), 2n * FEE, NEXT);
    await chain.pool.accept(rival);
    expect(await chain.pool.load(bytes)).toMatchObject({ accepted: 1, refused: 3 });
    await expectSound(chain);
    await chain.close();
  });

  test("can be left before its end", async () => {
    const bytes = await saved();
    const { chain } = await poolChain();
    const interruption = new AbortController();
    const stop = chain.pool.onChange(() => interruption.abort());
    expect(await chain.pool.load(bytes, interruption.signal)).toEqual({ accepted: 1, refused: 0, complete: false });
    stop();
    await chain.close();
  });

  test("brings fee statistics with it, unless they are of a longer chain", async () => {
    const { chain } = await poolChain();
    const extension = poolBuilder.extend(baseTip(), 1);
    const shorter = await chain.pool.save();
    for (const { raw } of extension) await chain.submitBlock(raw);
    const longer = await chain.pool.save();
    expect(longer).not.toEqual(shorter);
    await chain.close();
    const again = await poolChain();
    const fresh = await again.chain.pool.save();
    await again.chain.pool.load(longer);
    expect(await again.chain.pool.save()).toEqual(fresh);
    await again.chain.close();
  });
});

/** The bytes with a checksum that fits. */
function sealed(content: Uint8Array): Uint8Array {
  return new ByteWriter(content.length + CHECKSUM_SIZE).fixed(content).fixed(sha256d(content)).finish();
}

describe("a file that is no saved memory pool", () => {
  test("is refused wherever it was cut or changed, and changes nothing", async () => {
    const bytes = await saved();
    const { chain } = await poolChain();
    const damage = fc.oneof(
      fc.nat(bytes.length - 1).map((length) => bytes.subarray(0, length)),
      fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ by;
        return changed;
      }),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        expect(await failure(chain, damaged)).toBeInstanceOf(DecodeError);
        expect(chain.pool.content.size).toBe(0);
      }),
      { numRuns: 300 },
    );
    await chain.close();
  });

  test("is refused even with a checksum that fits, and costs no memory", async () => {
    const bytes = await saved();
    const { chain } = await poolChain();
    const head = bytes.slice(0, 12);
    const count = (value: number) => new ByteWriter(16).fixed(head).u32(value).finish();
    const contents = [
      head,
      count(0),
      count(0xffffffff),
      new ByteWriter().fixed(count(1)).u64(1n).varBytes(new Uint8Array(9)).finish(),
      new ByteWriter().fixed(count(0)).u32(0xffffffff).finish(),
      new ByteWriter().fixed(count(0)).u32(0).u32(1).u32(0xffffffff).finish(),
    ];
    for (const content of contents) expect(await failure(chain, sealed(content))).toBeInstanceOf(DecodeError);
    const otherVersion = bytes.slice(0, bytes.length - CHECKSUM_SIZE);
    otherVersion[8] = 2;
    expect(String(await failure(chain, sealed(otherVersion)))).toContain("another version");
    expect(chain.pool.content.size).toBe(0);
    await chain.close();
  });
});
