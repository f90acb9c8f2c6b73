import nacl from "tweetnacl";
import { concatBytes } from "../../src/protocol/bytes/index.ts";
import { sha256 } from "../../src/protocol/crypto/index.ts";
import { branchIdAt, type NetworkParams } from "../../src/protocol/params/index.ts";
import type { JoinSplit, Transaction, TxOutput } from "../../src/protocol/primitives/index.ts";
import { SighashType, signatureHash } from "../../src/protocol/script/index.ts";
import { EMPTY_SPROUT_ROOT, SproutTree } from "../../src/protocol/shielded/index.ts";
import { type BlockBuilder, type Spendable, transactionFields, unsignedInput } from "./block-builder.ts";

const signer = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(5));

/** Eight points, the third on the larger curve. Only the first byte of each has to look like one. */
const PHGR13_PROOF = concatBytes(
  ...[33, 33, 65, 33, 33, 33, 33, 33].map((size) => new Uint8Array(size).fill(size === 65 ? 0x0a : 0x02, 0, 1)),
);

/** Any 32 bytes, the same for the same label. */
export function bytes32(label: string): Uint8Array {
  return sha256(new TextEncoder().encode(label));
}

export interface JoinSplitPlan {
  readonly name: string;
  readonly anchor?: Uint8Array;
  readonly vpubOld?: bigint;
  readonly vpubNew?: bigint;
  /** Names of the notes that it spends. */
  readonly spends?: readonly [string, string];
}

function nullifierOf(name: string): Uint8Array {
  return bytes32(`nullifier ${name}`);
}

/** A JoinSplit with a PHGR13 proof, which the reference does not verify any more: all other rules apply to it. */
export function joinSplit({
  name,
  anchor = EMPTY_SPROUT_ROOT,
  vpubOld = 0n,
  vpubNew = 0n,
  spends,
}: JoinSplitPlan): JoinSplit {
  const [first, second] = spends ?? [`${name} 1`, `${name} 2`];
  return {
    vpubOld,
    vpubNew,
    anchor,
    nullifiers: [nullifierOf(first), nullifierOf(second)],
    commitments: [bytes32(`commitment ${name} 1`), bytes32(`commitment ${name} 2`)],
    ephemeralKey: bytes32(`key ${name}`),
    randomSeed: bytes32(`seed ${name}`),
    macs: [bytes32(`mac ${name} 1`), bytes32(`mac ${name} 2`)],
    proof: PHGR13_PROOF,
    ciphertexts: [new Uint8Array(601), new Uint8Array(601)],
  };
}

/** Sprout tree with the commitments of these JoinSplits. */
export function treeOf(...plans: readonly JoinSplitPlan[]): SproutTree {
  const tree = new SproutTree();
  for (const plan of plans) for (const commitment of joinSplit(plan).commitments) tree.append(commitment);
  return tree;
}

/** What a transaction is made for. */
export interface JoinSplitBench {
  readonly builder: BlockBuilder;
  readonly params: NetworkParams;
  /** Of the block that is to hold it; before ACADIA. */
  readonly nextHeight: number;
}

/** A version 2 transaction around JoinSplits, with all its signatures. */
export function joinSplitTransaction(
  bench: JoinSplitBench,
  plans: readonly JoinSplitPlan[],
  spent: readonly Spendable[],
  outputs: readonly TxOutput[],
): Transaction {
  const height = bench.nextHeight;
  const fields = transactionFields(bench.params, height, {
    inputs: spent.map((each) => unsignedInput(each)),
    outputs,
    version: 2,
    joinSplits: plans.map(joinSplit),
    joinSplitPubKey: signer.publicKey,
    joinSplitSig: new Uint8Array(64),
  });
  const branchId = branchIdAt(bench.params, height);
  const scriptCode = new Uint8Array(0);
  const request = { tx: fields, inputIndex: null, scriptCode, amount: 0n, hashType: SighashType.ALL, branchId };
  const digest = signatureHash(request);
  if (!digest) throw new Error("no signature hash");
  const joinSplitSig = nacl.sign.detached(new Uint8Array(digest), signer.secretKey);
  return bench.builder.sign({ ...fields, joinSplitSig }, spent, height);
}
