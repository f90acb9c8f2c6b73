export type { BlockChildren } from "./block-children.ts";
export { BlockStore } from "./block-store.ts";
export { ChainStore } from "./chain-store.ts";
export type { NodeListChanges, StoreChanges } from "./change-rows.ts";
export { plainBytes } from "./plain-bytes.ts";
export { PLAIN_TABLES, type PlainRow, type PlainTable } from "./snapshot-rows.ts";
