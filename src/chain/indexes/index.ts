export { addressOfScript } from "./address-key.ts";
export { ChainIndexes } from "./chain-indexes.ts";
export { type IndexChanges, IndexRows, type InputPlace } from "./index-rows.ts";
export type { IndexedBlock } from "./indexed-block.ts";
