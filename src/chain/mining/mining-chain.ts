import type { Chain } from "../chain.ts";

/** The chain as block producers use it. */
export type MiningChain = Pick<
  Chain,
  | "adjustedTime"
  | "blockTemplate"
  | "height"
  | "onTip"
  | "params"
  | "pool"
  | "read"
  | "submitBlock"
  | "tipHash"
  | "view"
>;
