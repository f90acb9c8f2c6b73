export {
  type BlockTemplate,
  completeBlock,
  minimumTime,
  refreshedHeader,
  type TemplatePayout,
  type TemplateWishes,
} from "./block-template.ts";
export type { ChosenTransaction } from "./select-transactions.ts";
export { type FailedTest, testBlock } from "./test-block.ts";
export { testedTemplate } from "./tested-template.ts";
export { NO_TRANSACTIONS, type TransactionSource } from "./transaction-source.ts";
