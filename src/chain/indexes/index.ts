export { addressOfScript } from "./address-key.ts";
export { ChainIndexes, type IndexedBlock } from "./chain-indexes.ts";
export { type IndexChanges, IndexRows } from "./index-rows.ts";
