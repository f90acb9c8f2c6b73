import { secureRandomBytes } from "../../platform/index.ts";
import { type EquihashSearch, solveEquihash } from "../../protocol/crypto/index.ts";
import { allowedEquihashSizes, type EquihashSize, type NetworkParams } from "../../protocol/params/index.ts";
import { type Block, type BlockHeaderFields, equihashInput } from "../../protocol/primitives/index.ts";
import { decodeCompact } from "../../protocol/rules/index.ts";
import { type BlockTemplate, completeBlock } from "./block-template.ts";

const ANY_HASH = (1n << 256n) - 1n;
const EMPTY = new Uint8Array(0);
/** Nonces begin anywhere and count up from there: low bytes that are zero leave room. */
const COUNTED_BYTES = 8;

/** The search for the solution of a template. */
export interface TemplateSearch {
  readonly search: EquihashSearch;
  /** The block, or null if the search was ended without one. */
  readonly block: Promise<Block | null>;
}

/** The Equihash parameters that new blocks of a height should use. */
export function equihashSizeAt(params: NetworkParams, height: number): EquihashSize {
  return allowedEquihashSizes(params, height)[0] as EquihashSize;
}

/** Starts to solve a template of a height before PON. @throws Error when there is not enough memory */
export function solveTemplate(
  template: BlockTemplate,
  header: BlockHeaderFields,
  params: NetworkParams,
  threads: number,
): TemplateSearch {
  const nonce = secureRandomBytes(32).fill(0, 0, COUNTED_BYTES);
  const proof = { kind: "pow", nonce, solution: EMPTY } as const;
  const search = solveEquihash({
    parameters: equihashSizeAt(params, template.height),
    input: equihashInput({ ...header, proof }),
    target: params.rules.enforcePowTarget ? decodeCompact(header.bits).target : ANY_HASH,
    threads,
  });
  const block = search.result.then(([found]) =>
    found ? completeBlock(template, header, { kind: "pow", ...found }) : null,
  );
  return { search, block };
}
