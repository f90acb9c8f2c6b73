/** Key of the store's note of the height of the snapshot that the chain began with: what lies below was never validated here. */
export const SNAPSHOT_BASE = "snapshot_base";
