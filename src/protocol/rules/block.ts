import { equalBytes } from "../bytes/index.ts";
import { merkleRoot } from "../crypto/index.ts";
import type { NodeKeys } from "../fluxnodes/index.ts";
import type { NetworkParams } from "../params/index.ts";
import { type Block, encodeFluxnodeUnsigned, isCoinbase, outPointKey, type Transaction } from "../primitives/index.ts";
import { countLegacySigops } from "../script/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { checkHeader, type HeaderCheckContext } from "./header.ts";
import { checkTransaction } from "./transaction.ts";

/** Bytes of a serialised block. */
export const MAX_BLOCK_SIZE = 2_000_000;

/** Signature operations of all transactions of a block. */
export const MAX_BLOCK_SIGOPS = 20_000;

const HASH_SIZE = 32;

export interface BlockCheckContext extends HeaderCheckContext {
  /** The node list after the parent block, what is known of it, or null for nothing; signatures that need more are left out. */
  readonly nodes: NodeKeys | null;
  /** Hears of each transaction that is good by itself, before the next one is looked at. */
  readonly onGoodTransaction?: (tx: Transaction, index: number) => void;
  /** checkHeader already accepted this copy of the header. */
  readonly headerChecked?: boolean;
}

/**
 * The checks of a whole block that need no ancestors, in the reference's order (spec block-and-pow.md 6.1 and 6.4). JoinSplit proofs
 * are left to the caller, see checkTransaction: those of good transactions come before whatever is broken behind them.
 */
export function checkBlock(block: Block, params: NetworkParams, context: BlockCheckContext): Reject | null {
  return (
    (context.headerChecked ? null : checkHeader(block.header, params, context)) ??
    checkMerkleRoot(block) ??
    checkBlockSize(block) ??
    checkCoinbasePosition(block) ??
    checkTransactions(block, params, context) ??
    checkSigops(block)
  );
}

/**
 * Merkle root of transaction ids in wire order, and whether the last pair of some level is twice the same, which would let
 * another list of transactions have the same root (spec block-and-pow.md 1.3). Zero for an empty list.
 */
export function transactionsRoot(transactions: readonly Transaction[]): { root: Uint8Array; mutated: boolean } {
  if (transactions.length === 0) return { root: new Uint8Array(HASH_SIZE), mutated: false };
  const leaves = new Uint8Array(HASH_SIZE * transactions.length);
  for (const [i, tx] of transactions.entries()) leaves.set(tx.txid, HASH_SIZE * i);
  return merkleRoot(leaves);
}

function checkMerkleRoot({ header, transactions }: Block): Reject | null {
  const { root, mutated } = transactionsRoot(transactions);

  // The header commits to the transactions. If not, they belong to another block.
  if (!equalBytes(root, header.merkleRoot)) {
    return reject("block.merkle-root", "bad-txnmrklroot", 100, { scope: "copy" });
  }

  // The list is not a padded form of a shorter one with the same root.
  return mutated ? reject("block.mutated", "bad-txns-duplicate", 100, { scope: "copy" }) : null;
}

function checkBlockSize(block: Block): Reject | null {
  // There is a transaction, and all together take at most 2 000 000 bytes.
  if (block.transactions.length > 0 && block.raw.length <= MAX_BLOCK_SIZE) return null;
  // Signatures that no hash commits to can be blown up by anyone, so a block that is too large only with them may be good.
  const inflated = block.transactions.length > 0 && committedSize(block) <= MAX_BLOCK_SIZE;
  return reject("block.size", "bad-blk-length", 100, { scope: inflated ? "copy" : "hash" });
}

/** Bytes of a block without the signatures that neither its hash nor its transaction ids commit to. */
function committedSize({ header, transactions, raw }: Block): number {
  let size = raw.length;
  if (header.proof.kind === "pon") size -= header.proof.signature.length;
  for (const tx of transactions) if (tx.fluxnode) size -= tx.raw.length - encodeFluxnodeUnsigned(tx).length;
  return size;
}

function checkCoinbasePosition({ transactions }: Block): Reject | null {
  // The first transaction is the coinbase.
  const [first, ...others] = transactions;
  if (!first || !isCoinbase(first)) return reject("block.coinbase", "bad-cb-missing", 100);

  const collaterals = new Set<string>();
  for (const tx of others) {
    // There is no other one.
    if (isCoinbase(tx)) return reject("block.second-coinbase", "bad-cb-multiple", 100);

    // No two fluxnode transactions are about the same collateral.
    if (!tx.fluxnode) continue;
    const key = outPointKey(tx.fluxnode.collateral);
    if (collaterals.has(key)) return reject("block.fluxnode-collateral", "bad-fluxnode-tx-multiple", 100);
    collaterals.add(key);
  }
  return null;
}

function checkTransactions({ transactions }: Block, params: NetworkParams, context: BlockCheckContext): Reject | null {
  // Each transaction is good by itself.
  for (const [index, tx] of transactions.entries()) {
    const broken = checkTransaction(tx, params, context.nodes);
    if (broken) return broken;
    context.onGoodTransaction?.(tx, index);
  }
  return null;
}

function checkSigops({ transactions }: Block): Reject | null {
  // All scripts together hold at most 20 000 signature operations, counted the old way.
  const total = transactions.reduce((sum, tx) => sum + countLegacySigops(tx), 0);
  return total > MAX_BLOCK_SIGOPS ? reject("block.sigops", "bad-blk-sigops", 100, { scope: "copy" }) : null;
}
