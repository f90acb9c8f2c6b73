import { equalBytes } from "../bytes/index.ts";
import { isPonHeight, type NetworkParams } from "../params/index.ts";
import type { Block, BlockHeader, Transaction, TxInput } from "../primitives/index.ts";
import { heightPush } from "../script/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import type { ChainEntry } from "./chain-entry.ts";
import { isFinal } from "./finality.ts";
import { checkPonProducer, type ProducerKey } from "./pon-producer.ts";
import { checkTransactionInContext, type TransactionContext } from "./transaction-in-context.ts";

/** The coinbase names its height from this height on. */
const HEIGHT_IN_COINBASE_FROM = 21;

export interface BlockContext {
  /** The key that a PON block must be signed with, see producerKey; `deferred` leaves the signature out. */
  readonly producer: ProducerKey;
  readonly initialDownload: boolean;
  /**
   * What else the reference asks of a transaction between its checks at the height and its finality: shielded signatures and
   * proofs, then the state of the node list (spec transactions.md section 9, items 7 and 8).
   */
  readonly checkTransactionState?: (tx: Transaction, index: number) => Reject | null;
}

/** The checks of a whole block on top of its parent, in the reference's order (spec block-and-pow.md 6.5). */
export function checkBlockInContext(
  block: Block,
  parent: ChainEntry | null,
  params: NetworkParams,
  context: BlockContext,
): Reject | null {
  const height = parent ? parent.height + 1 : 0;
  const transactionContext: TransactionContext = { score: 100, initialDownload: context.initialDownload };

  const unentitled = checkProducer(block.header, height, params, context.producer);
  if (unentitled) return unentitled;

  for (const [index, tx] of block.transactions.entries()) {
    const broken =
      checkTransactionInContext(tx, height, params, transactionContext) ?? context.checkTransactionState?.(tx, index);
    if (broken) return broken;

    // The lock time has passed, by the block's own time.
    if (!isFinal(tx, height, block.header.time)) return reject("block.non-final", "bad-txns-nonfinal", 10);
  }

  return checkHeightInCoinbase(block, height);
}

function checkProducer(
  header: BlockHeader,
  height: number,
  params: NetworkParams,
  producer: ProducerKey,
): Reject | null {
  if (!isPonHeight(params, height)) return null;
  if (header.proof.kind === "pon") return checkPonProducer(header, height, params, producer, "bad-pon-block");

  // From the PON height on every block is a PON block. Where that is height 0, the genesis block is an exception.
  return equalBytes(header.hash, params.genesisHash) ? null : reject("block.not-pon", "not-pon-block", 100);
}

function checkHeightInCoinbase(block: Block, height: number): Reject | null {
  if (height < HEIGHT_IN_COINBASE_FROM) return null;

  // The coinbase's script begins with the push of the height.
  const push = heightPush(height);
  const { scriptSig } = (block.transactions[0] as Transaction).inputs[0] as TxInput;
  if (equalBytes(scriptSig.subarray(0, push.length), push)) return null;
  return reject("block.coinbase-height", "bad-cb-height", 100);
}
