/// Milliseconds per shielded check and per tree hash. Run: bun test/bench/shielded.ts
import {
  firstFailingShieldedJob,
  SaplingTree,
  SproutTree,
  saplingMerkleHash,
  shieldedJobs,
  verifyBindingSignature,
  verifyJoinSplitProof,
  verifySaplingOutput,
  verifySaplingSpend,
} from "../../src/protocol/shielded/index.ts";
import { REAL_TRANSACTIONS, realTransaction } from "../unit/protocol/shielded/real-transactions.ts";

const RUN_MS = 1500;

/** Best of several rounds, so that what else the machine does counts less. */
function measure(name: string, unitsPerRound: number, round: () => void): void {
  const first = performance.now();
  round();
  const cold = performance.now() - first;
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + RUN_MS;
  while (performance.now() < end) {
    const start = performance.now();
    round();
    best = Math.min(best, performance.now() - start);
  }
  const perUnit = (best / unitsPerRound).toFixed(3);
  console.log(`${name.padEnd(44)} ${perUnit.padStart(9)} ms   (first round ${cold.toFixed(0)} ms)`);
}

function expectTrue(valid: boolean): void {
  if (!valid) throw new Error("a valid proof or signature was refused");
}

const { tx, sighash } = realTransaction(0);
const [spend] = tx.shieldedSpends;
const [output] = tx.shieldedOutputs;
const withJoinSplit = realTransaction(2).tx;
const [joinSplit] = withJoinSplit.joinSplits;
if (spend === undefined || output === undefined || joinSplit === undefined) throw new Error("vectors are incomplete");

measure("Sapling spend: proof and signature", 1, () => expectTrue(verifySaplingSpend(spend, sighash)));
measure("Sapling output: proof", 1, () => expectTrue(verifySaplingOutput(output)));
measure("Sapling binding signature", 1, () =>
  expectTrue(verifyBindingSignature(tx.shieldedSpends, tx.shieldedOutputs, tx.valueBalance, tx.bindingSig, sighash)),
);
measure("JoinSplit: Groth16 proof", 1, () =>
  expectTrue(verifyJoinSplitProof(joinSplit, withJoinSplit.joinSplitPubKey)),
);

const jobs = REAL_TRANSACTIONS.flatMap((real, i) => shieldedJobs(real.tx, i, real.sighash));
for (const copies of [1, 4]) {
  const batch = Array.from({ length: copies }, () => jobs).flat();
  measure(`batch of ${batch.length} jobs, each`, batch.length, () =>
    expectTrue(firstFailingShieldedJob(batch, (length) => crypto.getRandomValues(new Uint8Array(length))) === null),
  );
}

let node: Uint8Array = new Uint8Array(32).fill(3);
measure("Pedersen hash of two new nodes", 200, () => {
  for (let i = 0; i < 200; i++) node = saplingMerkleHash(7, node, node);
});

const saplingTree = new SaplingTree();
for (let i = 0; i < 1000; i++) saplingTree.append(node);
measure("Sapling tree: 100 outputs and the root, each", 100, () => {
  for (let i = 0; i < 100; i++) {
    node = node.slice();
    node[i % 31] = (node[i % 31] as number) ^ i;
    saplingTree.append(node);
  }
  saplingTree.root();
});
measure("Sapling tree: one output and the root", 1, () => {
  node = node.slice();
  node[5] = (node[5] as number) + 1;
  saplingTree.append(node);
  saplingTree.root();
});

const sproutTree = new SproutTree();
measure("Sprout tree: one commitment and the root", 1, () => {
  sproutTree.append(node);
  sproutTree.root();
});
