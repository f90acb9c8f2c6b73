import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { AcceptOptions, Chain, MempoolChange } from "../../src/chain/index.ts";
import { DEFAULT_MEMPOOL_POLICY } from "../../src/chain/index.ts";
import { makeTransaction, type Transaction } from "../../src/protocol/primitives/index.ts";
import { seededRandom } from "../unit/chain/mempool/seeded-random.ts";
import { outputOf, type Spendable } from "./block-builder.ts";
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

let coins: Spendable[] = [];

beforeAll(() => {
  coins = baseCoins();
});

function coin(index: number): Spendable {
  return coins[index] as Spendable;
}

/** What became of a transaction, in a word or by its reason. */
async function outcome(chain: Chain, tx: Transaction, options: AcceptOptions = {}): Promise<string> {
  const result = await chain.pool.accept(tx, options);
  if (result.kind === "refused") return `${result.reject.code} ${result.reject.reason} ${result.reject.blame}`;
  return result.kind === "dropped" ? result.cause : result.kind;
}

function unsigned(tx: Transaction): Transaction {
  const inputs = tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(0) }));
  return makeTransaction({ ...tx, inputs });
}

describe("a transaction that is offered", () => {
  test("comes in once; what spends the same does not come in at all", async () => {
    const { chain } = await poolChain();
    const tx = payOn([coin(0)], FEE, NEXT);
    expect(await outcome(chain, tx)).toBe("accepted");
    expect(await outcome(chain, tx)).toBe("already-in-pool");
    expect(await outcome(chain, payOn([coin(1), coin(0)], 2n * FEE, NEXT))).toBe("conflict");
    expect(poolKeys(chain)).toEqual(keysOf(tx));
    const entry = chain.pool.content.get(tx.txid);
    expect(entry).toMatchObject({ fee: FEE, height: 108, spendsCoinbase: true, independent: true });
    await expectSound(chain);
    await chain.close();
  });

  test("comes in after what it depends on, and is handed back before", async () => {
    const { chain } = await poolChain();
    const parent = payOn([coin(0)], FEE, NEXT);
    const child = payOn([outputOf(parent, 1), coin(1)], FEE, NEXT);
    const orphan = await chain.pool.accept(child);
    expect(orphan).toEqual({ kind: "orphan", missing: [parent.txid] });
    expect(await outcome(chain, parent)).toBe("accepted");
    expect(await outcome(chain, child)).toBe("accepted");
    expect(chain.pool.content.get(child.txid)).toMatchObject({ independent: false });
    await expectSound(chain);
    await chain.close();
  });

  test("is judged by scripts, even if others of its inputs are good", async () => {
    const { chain } = await poolChain();
    const tx = payOn([coin(0), coin(1), coin(2)], FEE, NEXT);
    const bad = makeTransaction({
      ...tx,
      inputs: tx.inputs.map((input, i) => (i === 1 ? { ...input, scriptSig: input.scriptSig.toReversed() } : input)),
    });
    expect(await outcome(chain, bad)).toStartWith("16 mandatory-script-verify-flag-failed (");
    expect(await outcome(chain, unsigned(tx))).toBe(
      "16 mandatory-script-verify-flag-failed (Operation not valid with the current stack size) 100",
    );
    const swapped = makeTransaction({
      ...tx,
      inputs: tx.inputs.map((input, i) => ({ ...input, scriptSig: tx.inputs[2 - i]?.scriptSig ?? input.scriptSig })),
    });
    expect(await outcome(chain, swapped)).toBe(
      "16 mandatory-script-verify-flag-failed (Script evaluated without error but finished with a false/empty top stack element) 100",
    );
    expect(chain.pool.content.size).toBe(0);
    await chain.close();
  });

  test("must not spend more than there is, young coinbases or what is spent", async () => {
    const { chain } = await poolChain();
    expect(await outcome(chain, payOn([coin(0)], -1n, NEXT))).toBe("16 bad-txns-in-belowout 100");
    const young = (baseBlocks()[9] as { reward: Spendable }).reward;
    expect(await outcome(chain, payOn([young], FEE, NEXT))).toBe("16 bad-txns-premature-spend-of-coinbase 0");
    const spending = payOn([coin(0)], FEE, NEXT);
    const block = poolBuilder.build({ parent: baseTip(), transactions: [spending] });
    await chain.submitBlock(block.raw);
    expect(await outcome(chain, payOn([coin(0)], 2n * FEE, NEXT + 1))).toBe("18 bad-txns-inputs-spent 0");
    expect(await outcome(chain, spending)).toBe("already-in-chain");
    await chain.close();
  });

  test("must last three more blocks", async () => {
    const { chain } = await poolChain();
    expect(await outcome(chain, payOn([coin(0)], FEE, NEXT, NEXT + 2))).toBe("16 tx-expiring-soon 0");
    expect(await outcome(chain, payOn([coin(0)], FEE, NEXT, NEXT + 3))).toBe("accepted");
    await chain.close();
  });
});

/** A transaction of about this many bytes that pays its fee with one coin. */
function bulky(from: Spendable, size: number, fee: bigint): Transaction {
  const data = { value: 0n, script: new Uint8Array(size).fill(0x6a) };
  return poolBuilder.pay([from], [{ ...from.output, value: from.output.value - fee }, data], NEXT);
}

describe("fees", () => {
  test("matter for transactions above 999 000 bytes from peers, unless somebody raised their rating", async () => {
    const { chain } = await poolChain();
    const peer = { fromPeer: true };
    const below = bulky(coin(0), 998_000, 0n);
    expect(await outcome(chain, below, peer)).toBe("accepted");
    const large = bulky(coin(1), 999_100, 99_000n);
    expect(await outcome(chain, large, peer)).toBe("66 insufficient fee 0");
    await chain.pool.prioritise(large.txid, { priority: 0, fee: 1n });
    expect(await outcome(chain, large, peer)).toBe("accepted");
    const local = bulky(coin(2), 999_100, 0n);
    expect(await outcome(chain, local)).toBe("accepted");
    expect(await outcome(chain, bulky(coin(3), 999_100, 100_000n), peer)).toBe("accepted");
    await chain.close();
  });

  test("free transactions from peers are limited by time, local ones are not", async () => {
    const { chain, clock } = await poolChain({ policy: { ...DEFAULT_MEMPOOL_POLICY, freeRelayLimit: 1 } });
    const peer = { fromPeer: true };
    expect(await outcome(chain, bulky(coin(0), 9_000, 0n), peer)).toBe("accepted");
    expect(await outcome(chain, bulky(coin(1), 9_000, 0n), peer)).toBe("accepted");
    const third = bulky(coin(2), 9_000, 0n);
    expect(await outcome(chain, third, peer)).toBe("66 rate limited free transaction 0");
    expect(await outcome(chain, bulky(coin(3), 9_000, 1_000n), peer)).toBe("accepted");
    expect(await outcome(chain, bulky(coin(4), 9_000, 0n))).toBe("accepted");
    clock.setMock((clock.mock as number) + 600);
    expect(await outcome(chain, third, peer)).toBe("accepted");
    await chain.close();
  });

  test("that must be a mistake are refused where that was asked for", async () => {
    const { chain } = await poolChain();
    const tx = payOn([coin(0)], 1_000_000n, NEXT);
    const refusal = await chain.pool.accept(tx, { refuseAbsurdFee: true });
    expect(refusal).toMatchObject({ kind: "dropped", cause: "absurd-fee" });
    expect(refusal.kind === "dropped" && refusal.text).toMatch(
      /^AcceptToMemoryPool: absurdly high fees [0-9a-f]{64}, 1000000 > 2\d0000$/,
    );
    expect(await outcome(chain, tx)).toBe("accepted");
    await chain.close();
  });

  test("without any a transaction needs priority, if the operator wants that", async () => {
    const { chain } = await poolChain({ policy: { ...DEFAULT_MEMPOOL_POLICY, relayPriority: true } });
    const old = payOn([coin(0)], 0n, NEXT);
    expect(await outcome(chain, old)).toBe("accepted");
    expect(await outcome(chain, payOn([outputOf(old, 0)], 0n, NEXT))).toBe("66 insufficient priority 0");
    expect(await outcome(chain, payOn([outputOf(old, 0)], 1_000n, NEXT))).toBe("accepted");
    await chain.close();
  });
});

describe("a full pool", () => {
  test("evicts, and does not take the evicted back for an hour", async () => {
    const policy = { ...DEFAULT_MEMPOOL_POLICY, costLimit: 20_000 };
    const { chain, clock } = await poolChain({ policy, random: seededRandom(5) });
    const evicted: Uint8Array[] = [];
    chain.pool.onChange((change: MempoolChange) => {
      if (change.kind === "removed" && change.reason === "evicted") evicted.push(change.entry.tx.txid);
    });
    const transactions = coins.slice(0, 12).map((each) => payOn([each], FEE, NEXT));
    for (const tx of transactions) expect(await outcome(chain, tx)).toBe("accepted");
    expect(chain.pool.content.size).toBe(5);
    expect(evicted.length).toBe(7);
    const gone = transactions.filter((tx) => !chain.pool.content.has(tx.txid));
    for (const tx of gone) expect(await outcome(chain, tx)).toBe("recently-evicted");
    clock.setMock((clock.mock as number) + 3601);
    expect(await outcome(chain, gone[0] as Transaction)).toBe("accepted");
    await expectSound(chain);
    await chain.close();
  });
});

test("listeners hear of everything in order", async () => {
  const { chain } = await poolChain();
  const heard: string[] = [];
  const stop = chain.pool.onChange((change) => heard.push(change.kind === "added" ? "added" : change.reason));
  const first = payOn([coin(0)], FEE, NEXT);
  const second = payOn([coin(1)], FEE, NEXT);
  await chain.pool.accept(first);
  await chain.pool.accept(second);
  expect(await chain.pool.remove(first.txid)).toBe(true);
  expect(await chain.pool.remove(first.txid)).toBe(false);
  await chain.submitBlock(poolBuilder.build({ parent: baseTip(), transactions: [second] }).raw);
  stop();
  await chain.pool.accept(payOn([coin(2)], FEE, NEXT + 1));
  expect(heard).toEqual(["added", "added", "requested", "mined"]);
  await chain.close();
});
