import { afterEach, describe, expect, test } from "bun:test";
import { toHex } from "../../src/protocol/bytes/index.ts";
import {
  attestConfirm,
  legacyStart,
  signConfirm,
  signStart,
  unsignedConfirm,
} from "../../src/protocol/fluxnodes/index.ts";
import { COIN, makeTransaction, type OutPoint, type Transaction } from "../../src/protocol/primitives/index.ts";
import { COINBASE_MATURITY } from "../../src/protocol/rules/index.ts";
import { submissionResult } from "../../src/server/rpc/methods/submitblock.ts";
import {
  BUILDER_KEY,
  BUILDER_SCRIPT,
  BUILDER_SECRET,
  type BuiltBlock,
  outputOf,
  transactionFields,
} from "./block-builder.ts";
import { bytes32 } from "./join-splits.ts";
import { privateNetwork } from "./private-network.ts";
import { TestBench } from "./test-bench.ts";
import { removeScratchFolders } from "./test-store.ts";

afterEach(removeScratchFolders);

const EMPTY = new Uint8Array(0);
const KEY = { secret: BUILDER_SECRET, compressed: true };
const OTHER_KEY = { secret: new Uint8Array(32).fill(9), compressed: true };
const SIG_TIME = 1_700_000_000;
const IP = "198.51.100.7";

/** What RPC submitblock answers. */
async function submit(bench: TestBench, { raw }: Pick<BuiltBlock, "raw">): Promise<string | null> {
  return submissionResult(await bench.chain.submitBlock(raw));
}

/** A competitor of the tip, on the same parent. */
function competitor(bench: TestBench, parent: BuiltBlock, transactions: readonly Transaction[], extra: number) {
  return bench.builder.build({ parent, transactions, extra: Uint8Array.of(0xcc, extra) });
}

describe("blocks that are handed in again", () => {
  // fluxd main.cpp: ConnectBlock leaves before it raises the genesis block to "scripts valid"; rpc/mining.cpp: submitblock.
  test("the genesis block is known without having been judged", async () => {
    const bench = await TestBench.start(privateNetwork(), 0);
    const genesis = { raw: bench.params.genesisBlock };
    expect(await submit(bench, genesis)).toBe("duplicate-inconclusive");
    const [first] = await bench.grow(1);
    expect(await submit(bench, first as BuiltBlock)).toBe("duplicate");
    await bench.reopen();
    expect(await submit(bench, genesis)).toBe("duplicate-inconclusive");
    await bench.chain.close();
  });
});

describe("JoinSplit proofs", () => {
  /** A well-formed JoinSplit transaction whose proof is garbage. */
  function garbage(bench: TestBench): Transaction {
    const joinSplit = {
      vpubOld: 0n,
      vpubNew: 0n,
      anchor: bytes32("anchor"),
      nullifiers: [bytes32("first"), bytes32("second")] as const,
      commitments: [bytes32("third"), bytes32("fourth")] as const,
      ephemeralKey: bytes32("key"),
      randomSeed: bytes32("seed"),
      macs: [bytes32("fifth"), bytes32("sixth")] as const,
      proof: new Uint8Array(192).fill(3),
      ciphertexts: [new Uint8Array(601), new Uint8Array(601)] as const,
    };
    return makeTransaction(
      transactionFields(bench.params, bench.nextHeight, {
        inputs: [],
        outputs: [],
        joinSplits: [joinSplit],
        joinSplitPubKey: bytes32("public key"),
        joinSplitSig: new Uint8Array(64),
      }),
    );
  }

  /** Breaks a rule that needs no context. */
  function negative(bench: TestBench): Transaction {
    const { reward } = bench.tip as BuiltBlock;
    return bench.builder.pay([reward], [{ value: -1n, script: BUILDER_SCRIPT }], bench.nextHeight);
  }

  // fluxd main.cpp: CheckBlock calls CheckTransaction, which ends with the proofs, for one transaction after the other.
  test("are judged before what is wrong with the transactions behind them", async () => {
    const bench = await TestBench.start(privateNetwork({ heights: { lwma: 2, acadia: 3 } }), 4);
    const proof = "bad-txns-joinsplit-verification-failed";
    await bench.refuse(proof, { transactions: [garbage(bench)] });
    await bench.refuse(proof, { transactions: [garbage(bench), negative(bench)] });
    await bench.refuse("bad-txns-vout-negative", { transactions: [negative(bench), garbage(bench)] });
    await bench.chain.close();
  });
});

describe("a competitor of the tip", () => {
  const params = privateNetwork({
    heights: { lwma: 2, equihash144: 3, acadia: 4, kamiooka: 5, kamata: 6, flux: 7 },
    benchmarkKey: toHex(BUILDER_KEY),
  });

  function startOf(collateral: OutPoint): Transaction {
    const fields = { collateral, publicKey: BUILDER_KEY, sigTime: SIG_TIME };
    return signStart(legacyStart(fields, BUILDER_KEY), KEY);
  }

  function confirmOf(collateral: OutPoint, key = KEY): Transaction {
    const confirm = unsignedConfirm({ collateral, kind: "initial", sigTime: SIG_TIME });
    return attestConfirm(signConfirm(confirm, key), { tier: 1, sigTime: SIG_TIME, ip: IP }, KEY);
  }

  /** A chain with collateral that is old enough. */
  async function startBench() {
    const bench = await TestBench.start(params, 1);
    const premine = bench.tip as BuiltBlock;
    await bench.grow(COINBASE_MATURITY);
    const output = { value: 10_000n * COIN, script: BUILDER_SCRIPT };
    const funding = bench.builder.pay([premine.reward], [output], bench.nextHeight);
    await bench.accept({ transactions: [funding] });
    await bench.grow(COINBASE_MATURITY);
    return { bench, collateral: outputOf(funding, 0).outpoint };
  }

  // fluxd fluxnode.cpp: CheckFluxnodeTxSignatures looks the node up in the list of the tip.
  test("is refused at once for a CONFIRM that the node of both branches did not sign", async () => {
    const { bench, collateral } = await startBench();
    const parent = await bench.accept({ transactions: [startOf(collateral)] });
    await bench.grow(1);
    expect(await submit(bench, competitor(bench, parent, [confirmOf(collateral, OTHER_KEY)], 1))).toBe(
      "bad-txns-fluxnode-tx-invalid-signature",
    );
    expect(await submit(bench, competitor(bench, parent, [confirmOf(collateral)], 2))).toBe("inconclusive");
    await bench.chain.close();
  });

  test("is not judged by a node that only the tip's branch has", async () => {
    const { bench, collateral } = await startBench();
    const parent = bench.tip as BuiltBlock;
    await bench.accept({ transactions: [startOf(collateral)] });
    expect(await submit(bench, competitor(bench, parent, [confirmOf(collateral, OTHER_KEY)], 1))).toBe("inconclusive");
    await bench.chain.close();
  });
});

describe("a reorganisation that fails half-way", () => {
  // fluxd main.cpp: ActivateBestChainStep forgets the verdict, FindMostWorkChain marks what builds on the bad block.
  test("ends at the old tip, and the answers tell who is to blame", async () => {
    const bench = await TestBench.start(privateNetwork(), 3);
    const fork = bench.tip as BuiltBlock;
    await bench.grow(2);
    const tip = bench.chain.tipHash;
    const first = competitor(bench, fork, [], 1);
    const greedy = bench.builder.build({ parent: first, coinbase: [{ value: 1n << 50n, script: EMPTY }] });
    const [third, fourth] = bench.builder.extend(greedy, 2) as [BuiltBlock, BuiltBlock];
    expect(await submit(bench, first)).toBe("inconclusive");
    expect(await submit(bench, greedy)).toBe("inconclusive");
    expect(await submit(bench, third)).toBe("inconclusive");
    expect(bench.chain.tipHash).toEqual(tip);
    expect(await submit(bench, first)).toBe("duplicate");
    expect(await submit(bench, greedy)).toBe("duplicate-invalid");
    expect(await submit(bench, third)).toBe("duplicate-invalid");
    expect(await submit(bench, fourth)).toBe("bad-prevblk");
    const tips = await bench.chain.read((reader) => reader.tips());
    expect(tips.map(({ entry, branchLength, status }) => [entry.height, branchLength, status])).toEqual([
      [6, 3, "invalid"],
      [5, 0, "active"],
    ]);
    await bench.chain.close();
  });
});

describe("after a restart", () => {
  // fluxd main.cpp: LoadBlockIndexDB takes no header that is known to be invalid for the best one.
  test("the best header is none that was refused", async () => {
    const bench = await TestBench.start(privateNetwork(), 3);
    const worthless = bench.builder.build({ parent: bench.tip, coinbase: [{ value: 1n << 50n, script: EMPTY }] });
    expect(await submit(bench, worthless)).toBe("bad-cb-amount");
    expect(bench.chain.view.bestHeader.height).toBe(4);
    await bench.reopen();
    expect(bench.chain.view.bestHeader.height).toBe(3);
    expect(await submit(bench, worthless)).toBe("duplicate-invalid");
    await bench.chain.close();
  });

  test("the tip stays the first of equally good blocks, whatever header came first", async () => {
    const bench = await TestBench.start(privateNetwork(), 3);
    const parent = bench.tip as BuiltBlock;
    const late = competitor(bench, parent, [], 1);
    expect(await bench.chain.submitHeader(late.block.header)).toBeNull();
    await bench.grow(1);
    expect(await submit(bench, late)).toBe("duplicate-inconclusive");
    const tip = bench.chain.tipHash;
    await bench.reopen();
    expect(bench.chain.tipHash).toEqual(tip);
    await bench.chain.close();
  });
});
