import { equalBytes } from "../../protocol/bytes/index.ts";
import { keysSince, type NodeKeys, recoverFluxnodeSigners } from "../../protocol/fluxnodes/index.ts";
import { branchIdAt, type NetworkParams } from "../../protocol/params/index.ts";
import type { Block, BlockHeader, OutPoint } from "../../protocol/primitives/index.ts";
import {
  checkBlock,
  checkBlockInContext,
  checkHeader,
  checkHeaderInContext,
  type HeaderCheckContext,
  producerKey,
  type Reject,
  reject,
} from "../../protocol/rules/index.ts";
import type { ShieldedJob } from "../../protocol/shielded/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import { collectShielded, joinSplitProofs } from "../shielded/shielded-checks.ts";
import type { ShieldedVerifier } from "../shielded/shielded-verifier.ts";
import type { ChainState } from "../state/chain-state.ts";

/** What the checks need to know besides the chain. */
export interface AcceptContext {
  readonly initialDownload: boolean;
  readonly shielded: ShieldedVerifier;
  /** Added to the clock: median offset of the peers, seconds. */
  readonly timeOffset: number;
}

/** A header that may join the tree, or why not. */
export type HeaderVerdict = { readonly node: HeaderNode } | { readonly reject: Reject };

function headerContext(state: ChainState, context: AcceptContext, solutionVerified: boolean): HeaderCheckContext {
  return { tipHeight: state.active.height, adjustedTime: state.clock.now() + context.timeOffset, solutionVerified };
}

/** Height of the highest checkpoint whose header is in the tree; -1 for none. */
export function lastCheckpointHeight(state: ChainState): number {
  const { checkpoints } = state.params;
  for (let i = checkpoints.length - 1; i >= 0; i--) {
    const checkpoint = checkpoints[i] as NetworkParams["checkpoints"][number];
    if (state.tree.get(checkpoint.hash)) return checkpoint.height;
  }
  return -1;
}

/**
 * Puts a header into the tree after every check that needs no block (spec block-and-pow.md 6.3).
 * @param checked what was already found to be in order: all that needs no ancestor, the solution of a proof of work, or nothing
 */
export function acceptHeader(
  state: ChainState,
  header: BlockHeader,
  context: AcceptContext,
  checked: "alone" | "solution" | "nothing" = "nothing",
): HeaderVerdict {
  const known = state.tree.get(header.hash);
  if (known)
    return known.usable ? { node: known } : { reject: reject("header.known-invalid", "duplicate", 0, { code: 0 }) };
  const alone = () => checkHeader(header, state.params, headerContext(state, context, checked === "solution"));
  const broken = checked === "alone" ? null : alone();
  if (broken) return { reject: broken };
  if (equalBytes(header.hash, state.params.genesisHash)) return { node: state.tree.add(header, null) };
  const parent = state.tree.get(header.prevHash);
  if (!parent) return { reject: reject("header.parent-unknown", "bad-prevblk", 10, { code: 0, scope: "now" }) };
  if (!parent.usable) return { reject: reject("header.parent-invalid", "bad-prevblk", 100) };
  const refused = checkHeaderInContext(header, parent, state.params, {
    tipHeight: state.active.height,
    lastCheckpointHeight: lastCheckpointHeight(state),
  });
  return refused ? { reject: refused } : { node: state.tree.add(ownHeader(header), parent) };
}

/** The header without views on the block it came with, so that keeping it does not keep the block. */
function ownHeader(header: BlockHeader): BlockHeader {
  const { proof } = header;
  return {
    ...header,
    prevHash: header.prevHash.slice(),
    merkleRoot: header.merkleRoot.slice(),
    finalSaplingRoot: header.finalSaplingRoot.slice(),
    proof:
      proof.kind === "pow"
        ? { kind: "pow", nonce: proof.nonce.slice(), solution: proof.solution.slice() }
        : {
            kind: "pon",
            collateral: { txid: proof.collateral.txid.slice(), index: proof.collateral.index },
            signature: proof.signature.slice(),
          },
  };
}

/**
 * What the node list of the tip tells of the one that is good for a block: everything on top of the tip, the keys of old nodes on top
 * of an earlier block of the chain, nothing elsewhere.
 */
function keysAfter({ active, nodes, tree }: ChainState, prevHash: Uint8Array): NodeKeys | null {
  if (active.tip && equalBytes(prevHash, active.tip.hash)) return nodes;
  const parent = tree.get(prevHash);
  return parent && active.contains(parent) ? keysSince(nodes, parent.height) : null;
}

/**
 * The checks of a block by itself, JoinSplit proofs included. Signatures by node keys are judged as far as the node list of the tip is
 * good for the block; the others wait until it is connected (spec fluxnodes.md 8.9).
 * @param template the block is under construction: its proof does not count
 */
export async function checkBlockAlone(
  state: ChainState,
  block: Block,
  context: AcceptContext,
  template = false,
): Promise<Reject | null> {
  await recoverFluxnodeSigners(block.transactions);
  const jobs: ShieldedJob[] = [];
  // A header is in the tree only with a good solution, which is part of what its hash commits to.
  const known = state.tree.get(block.header.hash) !== undefined;
  const broken = checkBlock(block, state.params, {
    ...headerContext(state, context, known),
    template,
    nodes: keysAfter(state, block.header.prevHash),
    onGoodTransaction: (tx, index) => jobs.push(...joinSplitProofs(tx, index)),
  });
  const failure = await context.shielded.verifyShielded(jobs);
  return failure ? reject("tx.joinsplit-proof", failure.reason, 100) : broken;
}

/**
 * The checks of a block on top of its parent that do not need the parent's coins or node list (spec block-and-pow.md 6.5), Sapling
 * proofs and signatures included.
 * @param template for a block under construction: what to make of its producer
 */
export async function checkBlockAtParent(
  state: ChainState,
  block: Block,
  node: HeaderNode,
  context: AcceptContext,
  template?: "deferred" | "open",
): Promise<Reject | null> {
  const { params, nodes, active } = state;
  const jobs: ShieldedJob[] = [];
  const branchId = branchIdAt(params, node.height);
  const publicKeyOf = (collateral: OutPoint) => nodes.find(collateral)?.publicKey;
  // The list at hand is the tip's: it may judge blocks on the tip and its competitors, others wait until they are connected.
  const judgeable = node.parent === active.tip || node.parent === active.tip?.parent;
  const producer = judgeable ? producerKey(block.header, node.height, active.height, publicKeyOf) : "deferred";
  const broken = checkBlockInContext(block, node.parent, params, {
    producer: template ?? producer,
    initialDownload: context.initialDownload,
    checkTransactionState: (tx, index) => collectShielded(tx, index, branchId, context.initialDownload, jobs),
  });
  const failure = await context.shielded.verifyShielded(jobs);
  // Jobs were collected up to the first broken rule, so a failed one comes before it in the order of the transactions.
  return failure ? reject(`tx.${failure.kind}`, failure.reason, 100) : broken;
}
