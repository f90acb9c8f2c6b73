import { afterEach, describe, expect, test } from "bun:test";
import { hash160 } from "../../src/protocol/crypto/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { makeTransaction, type Transaction, type TxOutput } from "../../src/protocol/primitives/index.ts";
import { blockSubsidy, COINBASE_MATURITY } from "../../src/protocol/rules/index.ts";
import { dataScript, Op, payToScriptHash, ScriptBuilder } from "../../src/protocol/script/index.ts";
import { BUILDER_SCRIPT, type BuiltBlock, outputOf, transactionFields, unsignedInput } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const SAPLING = privateNetwork({ heights: { lwma: 2, acadia: 3 } });
const SPROUT = privateNetwork({ heights: {} });

function rewardAt(height: number, params: NetworkParams, more = 0n): TxOutput {
  return { value: blockSubsidy(height, params) + more, script: BUILDER_SCRIPT };
}

describe("coinbases", () => {
  test("can be spent from the hundredth block on", async () => {
    const bench = await TestBench.start(SAPLING, 4);
    const { reward } = await bench.accept();
    await bench.grow(COINBASE_MATURITY - 2);
    await bench.refuse("bad-txns-premature-spend-of-coinbase", {
      transactions: [bench.builder.move(reward, bench.nextHeight)],
    });
    await bench.grow(1);
    await bench.accept({ transactions: [bench.builder.move(reward, bench.nextHeight)] });
    await bench.refuse("bad-txns-inputs-missingorspent", {
      transactions: [bench.builder.move(reward, bench.nextHeight, 1n)],
    });
    // The very same transaction again is refused for the output that it would make twice.
    await bench.refuse("bad-txns-BIP30", { transactions: [bench.builder.move(reward, bench.nextHeight)] });
    await bench.chain.close();
  });

  test("take subsidy and fees and not a zatoshi more", async () => {
    const bench = await TestBench.start(SAPLING, 1);
    const first = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY + 2);
    const transactions = [bench.builder.move(first.reward, bench.nextHeight, 1234n)];
    await bench.refuse("bad-cb-amount", { coinbase: [rewardAt(bench.nextHeight, SAPLING, 1n)] });
    await bench.refuse("bad-cb-amount", { transactions, coinbase: [rewardAt(bench.nextHeight, SAPLING, 1235n)] });
    await bench.accept({ transactions, coinbase: [rewardAt(bench.nextHeight, SAPLING, 1234n)] });
    await bench.chain.close();
  });

  test("may repeat a transaction only when nothing of it is left (BIP 30)", async () => {
    const bench = await TestBench.start(SPROUT, 3);
    const spendable = { coinbaseScript: Uint8Array.of(1, 2, 3), coinbase: [{ value: 5n, script: BUILDER_SCRIPT }] };
    await bench.accept(spendable);
    await bench.refuse("bad-txns-BIP30", spendable);
    const unspendable = {
      coinbaseScript: Uint8Array.of(4, 5, 6),
      coinbase: [{ value: 0n, script: dataScript(Uint8Array.of(1)) }],
    };
    const first = await bench.accept(unspendable);
    const second = await bench.accept(unspendable);
    expect(second.reward.outpoint.txid).toEqual(first.reward.outpoint.txid);
    await bench.takeOff(first);
    await bench.accept({});
    await bench.refuse("bad-txns-BIP30", spendable);
    await bench.chain.close();
  });
});

describe("inputs", () => {
  test("outputs of the same block can be spent after they are made, once", async () => {
    const bench = await TestBench.start(SAPLING, 2);
    const { reward } = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    const height = bench.nextHeight;
    const a = bench.builder.move(reward, height);
    const b = bench.builder.move(outputOf(a, 0), height);
    const c = bench.builder.move(outputOf(b, 0), height);
    const rival = bench.builder.move(outputOf(a, 0), height, 1n);
    await bench.refuse("bad-txns-inputs-missingorspent", { transactions: [b, a] });
    await bench.refuse("bad-txns-inputs-missingorspent", { transactions: [a, b, rival] });
    await bench.refuse("bad-txns-inputs-missingorspent", { transactions: [a, c, b] });
    await bench.accept({ transactions: [a, b, c] });
    await bench.chain.close();
  });

  test("pay for the outputs to the last zatoshi", async () => {
    const bench = await TestBench.start(SAPLING, 2);
    const { reward } = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    await bench.refuse("bad-txns-in-belowout", { transactions: [bench.builder.move(reward, bench.nextHeight, -1n)] });
    await bench.accept({ transactions: [bench.builder.move(reward, bench.nextHeight, 0n)] });
    await bench.chain.close();
  });

  test("expire after the block of their expiry height", async () => {
    const bench = await TestBench.start(SAPLING, 8);
    const early = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    const expiryHeight = bench.nextHeight;
    const tx = bench.builder.pay([early.reward], [{ value: 1n, script: BUILDER_SCRIPT }], expiryHeight, {
      expiryHeight,
    });
    const before = bench.tip as BuiltBlock;
    await bench.accept({ transactions: [tx] });
    await bench.takeOff(before);
    await bench.accept({ extra: Uint8Array.of(1) });
    await bench.refuse("tx-sapling-expired", { transactions: [tx] });
    await bench.chain.close();
  });
});

/** A script with this many signature operations by the old way of counting, twenty to a byte. */
function sigopScript(count: number): Uint8Array {
  const multisigs = Math.floor(count / 20);
  const script = new Uint8Array(multisigs + (count % 20)).fill(Op.CHECKSIG);
  return script.fill(Op.CHECKMULTISIG, 0, multisigs);
}

describe("signature operations", () => {
  const LIMIT = 20_000;

  test("in the block's own scripts", async () => {
    const bench = await TestBench.start(SAPLING, 4);
    const outputs = (count: number) => [
      rewardAt(bench.nextHeight, SAPLING),
      // The reward's script holds one.
      { value: 0n, script: sigopScript(count - 1) },
    ];
    await bench.refuse("bad-blk-sigops", { coinbase: outputs(LIMIT + 1) });
    await bench.accept({ coinbase: outputs(LIMIT) });
    await bench.chain.close();
  });

  test("in redeem scripts, on top of those in the block", async () => {
    const bench = await TestBench.start(SAPLING, 2);
    const { reward } = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    const builder = new ScriptBuilder().op(Op.OP_0).op(Op.IF);
    for (let i = 0; i < 195; i++) builder.op(Op.CHECKMULTISIG);
    const redeemScript = builder.op(Op.ENDIF).op(Op.OP_1).finish();
    const script = payToScriptHash(hash160(redeemScript));
    const count = 5;
    const funding = bench.builder.pay(
      [reward],
      Array.from({ length: count }, () => ({ value: 1000n, script })),
      bench.nextHeight,
    );
    await bench.accept({ transactions: [funding] });

    const scriptSig = new ScriptBuilder().data(redeemScript).finish();
    const inputs = Array.from({ length: count }, (_, i) => unsignedInput(outputOf(funding, i), scriptSig));
    const outputs = [{ value: 5000n, script: BUILDER_SCRIPT }];
    const spend: Transaction = makeTransaction(transactionFields(SAPLING, bench.nextHeight, { inputs, outputs }));
    // The reward and the output of the spending transaction hold one each.
    const rest = LIMIT - count * 195 * 20 - 2;
    const coinbase = (extra: number) => [
      rewardAt(bench.nextHeight, SAPLING),
      { value: 0n, script: new Uint8Array(rest + extra).fill(Op.CHECKSIG) },
    ];
    await bench.refuse("bad-blk-sigops", { transactions: [spend], coinbase: coinbase(1) });
    await bench.accept({ transactions: [spend], coinbase: coinbase(0) });
    await bench.chain.close();
  });
});

test("the header commits to the Sapling tree from ACADIA on, and to anything before", async () => {
  const bench = await TestBench.start(privateNetwork({ heights: { lwma: 2, acadia: 6 } }), 3);
  await bench.accept({ saplingRoot: new Uint8Array(32).fill(9) });
  await bench.accept({ saplingRoot: new Uint8Array(32) });
  await bench.refuse("bad-sapling-root-in-block", { saplingRoot: new Uint8Array(32) });
  await bench.accept();
  await bench.chain.close();
});
