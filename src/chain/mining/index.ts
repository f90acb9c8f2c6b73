export {
  type BlockTemplate,
  completeBlock,
  minimumTime,
  refreshedHeader,
  type TemplatePayout,
  type TemplateWishes,
} from "./block-template.ts";
export { generateBlock } from "./generate-blocks.ts";
export { PonMinter, type PonMinterOptions } from "./pon-minter.ts";
export { PowMiner } from "./pow-miner.ts";
export type { BlockSpace, ChosenTransaction } from "./select-transactions.ts";
export { SolutionRate } from "./solution-rate.ts";
export { equihashSizeAt } from "./solve-template.ts";
export { type FailedTest, testBlock } from "./test-block.ts";
export { testedTemplate } from "./tested-template.ts";
export { NO_TRANSACTIONS, type TransactionSource } from "./transaction-source.ts";
export { type KnownWork, type Work, WorkTemplates } from "./work-templates.ts";
