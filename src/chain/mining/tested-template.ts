import { FluxError } from "../../platform/index.ts";
import { bytesKey } from "../../protocol/bytes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { type Block, isNullOutPoint, type Transaction } from "../../protocol/primitives/index.ts";
import { isEmergencyBlock } from "../../protocol/rules/index.ts";
import type { AcceptContext } from "../blocks/accept-block.ts";
import type { ChainState } from "../state/chain-state.ts";
import { type BlockTemplate, buildTemplate, completeBlock, type TemplateWishes } from "./block-template.ts";
import { testBlock } from "./test-block.ts";

/** A template that would be accepted, and transactions that turned out to spoil it. */
export interface TestedTemplate {
  readonly template: BlockTemplate;
  readonly spoilers: readonly Transaction[];
}

/**
 * Builds a block on top of the tip and tests it. A transaction that keeps it from being valid is left out.
 * @throws FluxError template-invalid when the block is refused for anything else; its message is the reference's
 */
export async function testedTemplate(
  state: ChainState,
  context: AcceptContext,
  wishes: TemplateWishes,
): Promise<TestedTemplate> {
  const spoilers: Transaction[] = [];
  for (;;) {
    const template = buildTemplate(state, wishes, new Set(spoilers.map(({ txid }) => bytesKey(txid))));
    const block = completeBlock(template, template.header);
    const failed = await testBlock(state, block, context, producerOf(block, state.params));
    if (!failed) return { template, spoilers };
    const spoiler = failed.transaction;
    if (!spoiler || spoiler === template.coinbase) {
      const { reason } = failed.reject;
      throw new FluxError("template-invalid", `CreateNewBlock(): TestBlockValidity failed: ${reason}`);
    }
    spoilers.push(spoiler);
  }
}

/** Signatures are made last: those of an emergency block are all that it needs, and whose lot counts may not be known yet. */
function producerOf({ header }: Block, params: NetworkParams): "deferred" | "open" {
  const unknown = header.proof.kind === "pon" && isNullOutPoint(header.proof.collateral);
  return unknown || isEmergencyBlock(header, params) ? "open" : "deferred";
}
