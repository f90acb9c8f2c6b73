import { equalBytes } from "../../protocol/bytes/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import { Validity } from "../state/header-entry.ts";
import type { BlockOutcome } from "./block-outcome.ts";

/** What is known of a hash before its block is looked at; the daemon's answers to a repeated submission depend on it. */
export function knownAs(node: HeaderNode | undefined): BlockOutcome["known"] {
  if (!node) return "new";
  if (node.isValid(Validity.scripts)) return "valid";
  if (!node.usable) return "invalid";
  return node.hasData ? "stored" : "header";
}

/** Notes in the tree what a received block holds. */
export function noteReceived(node: HeaderNode, block: Block): void {
  const { proof } = block.header;
  if (proof.kind === "pon" && node.header.proof.kind === "pon") {
    // The signature is outside the hash: the one that came with the header may have been another.
    if (!equalBytes(proof.signature, node.header.proof.signature)) {
      node.header = { ...node.header, proof: { ...node.header.proof, signature: proof.signature.slice() } };
    }
  }
  node.hasData = true;
  node.transactionCount = block.transactions.length;
  node.size = block.raw.length;
  node.validity = Math.max(node.validity, Validity.transactions);
  node.sproutDelta = 0n;
  node.saplingDelta = 0n;
  for (const tx of block.transactions) {
    node.saplingDelta -= tx.valueBalance;
    for (const joinSplit of tx.joinSplits) node.sproutDelta += joinSplit.vpubOld - joinSplit.vpubNew;
  }
}

/** Totals along the branch, once the bytes of all ancestors are there. */
export function noteComplete(node: HeaderNode): void {
  const { parent } = node;
  const total = (below: bigint | null | undefined, own: bigint | null) =>
    below == null || own === null ? null : below + own;
  node.chainTransactionCount = (parent?.chainTransactionCount ?? 0) + node.transactionCount;
  node.chainSproutValue = parent ? total(parent.chainSproutValue, node.sproutDelta) : node.sproutDelta;
  node.chainSaplingValue = parent ? total(parent.chainSaplingValue, node.saplingDelta) : node.saplingDelta;
}

/** Forgets the bytes of a block whose copy is bad, so that a good one is taken when it comes. */
export function forgetReceived(node: HeaderNode): void {
  node.hasData = false;
  node.transactionCount = 0;
  node.chainTransactionCount = 0;
  node.validity = Validity.header;
}
