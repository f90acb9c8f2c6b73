import type { Block, Transaction } from "../../protocol/primitives/index.ts";
import { blockWork, checkHeaderInContext, type Reject } from "../../protocol/rules/index.ts";
import {
  type AcceptContext,
  checkBlockAlone,
  checkBlockAtParent,
  lastCheckpointHeight,
} from "../blocks/accept-block.ts";
import { Connection } from "../blocks/connect-block.ts";
import { noteComplete, noteReceived } from "../blocks/received-block.ts";
import { verifyBatch } from "../blocks/verify-batch.ts";
import { HeaderNode } from "../headers/index.ts";
import type { ChainState } from "../state/chain-state.ts";

/** Why a block on top of the tip would be refused. */
export interface FailedTest {
  readonly reject: Reject;
  /** Whose fault it is, as far as it is known. */
  readonly transaction: Transaction | undefined;
}

/**
 * Judges a block under construction on top of the tip: everything except its solution, its target before PON and its signature.
 * Nothing is stored, and the state is left as it was. Not while another block is being connected.
 * @param producer `open` if the block has no producer yet, so that its lot does not count either
 */
export async function testBlock(
  state: ChainState,
  block: Block,
  context: AcceptContext,
  producer: "deferred" | "open",
): Promise<FailedTest | null> {
  const tip = state.active.tip as HeaderNode;
  const headerContext = {
    tipHeight: tip.height,
    lastCheckpointHeight: lastCheckpointHeight(state),
    ...(producer === "open" ? { producer } : {}),
  };
  const node = looseNode(block, tip);
  const broken =
    checkHeaderInContext(block.header, tip, state.params, headerContext) ??
    (await checkBlockAlone(state, block, context, true)) ??
    (await checkBlockAtParent(state, block, node, context, producer));
  if (broken) return { reject: broken, transaction: undefined };
  const connection = new Connection(state, node, block, true).leaveProducerOpen(producer);
  const refused = connection.apply();
  const invalid = await verifyBatch(connection.batch);
  connection.rollback();
  // A bad signature comes before whatever stopped the application later in the block.
  if (invalid >= 0) {
    return { reject: connection.rejectOfEntry(invalid), transaction: connection.transactionOfEntry(invalid) };
  }
  return refused && { reject: refused, transaction: connection.stoppedAt };
}

/** A place on top of the tip that no tree knows. */
function looseNode(block: Block, tip: HeaderNode): HeaderNode {
  const work = tip.chainWork + blockWork(block.header);
  const node = new HeaderNode(-1, block.header, tip, work, tip.height + 1, () => tip);
  noteReceived(node, block);
  noteComplete(node);
  return node;
}
