export { BlockStore } from "./block-store.ts";
export { ChainStore, type NodeListChanges, type StoreChanges } from "./chain-store.ts";
