export { addressOfScript } from "./address-key.ts";
export { ChainIndexes } from "./chain-indexes.ts";
export { type IndexChanges, IndexRows } from "./index-rows.ts";
export type { IndexedBlock } from "./indexed-block.ts";
