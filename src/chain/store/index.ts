export type { BlockChildren } from "./block-children.ts";
export { BlockStore } from "./block-store.ts";
export { ChainStore, type NodeListChanges, type StoreChanges } from "./chain-store.ts";
export { PLAIN_TABLES, type PlainRow, type PlainTable } from "./snapshot-rows.ts";
