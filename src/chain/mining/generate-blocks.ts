import { FluxError } from "../../platform/index.ts";
import { isPonHeight, type NetworkParams } from "../../protocol/params/index.ts";
import type { Block } from "../../protocol/primitives/index.ts";
import {
  BYPASS_COLLATERAL,
  checkPonTarget,
  futureTimeLimit,
  nextPonBits,
  ponHash,
  ponSlot,
} from "../../protocol/rules/index.ts";
import type { HeaderEntry } from "../state/header-entry.ts";
import { type BlockTemplate, completeBlock } from "./block-template.ts";
import type { MiningChain } from "./mining-chain.ts";
import { solveTemplate } from "./solve-template.ts";

export interface GenerateOptions {
  readonly chain: MiningChain;
  /** Unix time by this machine's clock. */
  readonly now: () => number;
  readonly producerScript: Uint8Array;
  readonly threads: number;
}

/** In place of a signature, which blocks of the development collateral do not need. */
const NO_SIGNATURE = new Uint8Array(64);

/**
 * Makes a block at once, on networks that are for tests: with a proof of work, or from PON on with the development
 * collateral, as the reference does it (spec pon.md section 13).
 * @returns its hash, wire order
 * @throws FluxError block-refused, no-development-collateral, template-invalid
 */
export async function generateBlock(options: GenerateOptions): Promise<Uint8Array> {
  const { chain } = options;
  const block = isPonHeight(chain.params, chain.height + 1) ? await ponBlock(options) : await powBlock(options);
  const { reject, judged } = await chain.submitBlock(block);
  if (reject || !judged) {
    throw new FluxError("block-refused", `ProcessNewBlock, block not accepted: ${reject?.reason ?? "stale"}`);
  }
  return block.header.hash;
}

async function powBlock({ chain, producerScript, threads }: GenerateOptions): Promise<Block> {
  const template = await chain.blockTemplate({ producerScript });
  const block = await solveTemplate(template, template.header, chain.params, threads).block;
  if (!block) throw new Error("the search for a solution ended without one");
  return block;
}

async function ponBlock({ chain, now, producerScript }: GenerateOptions): Promise<Block> {
  if (!chain.params.rules.ponBypassCollateral) {
    throw new FluxError("no-development-collateral", "from here on blocks of this network are made by its nodes", {
      hint: "start a node with a fluxnode key and a collateral that is confirmed",
    });
  }
  const parent = chain.view.tip;
  const time = luckyTime(parent, Math.max(now(), parent.time + 1), chain.params);
  const template: BlockTemplate = await chain.blockTemplate({ producerScript, collateral: BYPASS_COLLATERAL, time });
  return completeBlock(template, template.header, {
    kind: "pon",
    collateral: BYPASS_COLLATERAL,
    signature: NO_SIGNATURE,
  });
}

/** The first time from `earliest` on in whose slot the development collateral draws a good lot; `earliest` if there is none soon. */
function luckyTime(parent: HeaderEntry, earliest: number, params: NetworkParams): number {
  const bits = nextPonBits(parent, params);
  const last = earliest + futureTimeLimit(parent.header, parent.height, params);
  for (let time = earliest; time <= last; time += params.ponTargetSpacing) {
    const lot = ponHash(BYPASS_COLLATERAL, parent.hash, ponSlot(time, params));
    if (checkPonTarget(lot, bits, params, parent.height + 1)) return time;
  }
  return earliest;
}
