/** Keys of what the store notes about the snapshot that its chain began with. */

/**
 * Hashes of the snapshot's sections as JSON text; a store from before they were noted has none. A former key, `snapshot_hashes`, held
 * hashes over signatures, too, which say nothing.
 */
export const SNAPSHOT_HASHES = "snapshot_sections";

/** {@link VALIDATED}, or why the blocks below do not lead to the snapshot; absent while that is not known. */
export const SNAPSHOT_VERDICT = "snapshot_verdict";

export const VALIDATED = "validated";

/** Blocks from height 1 to this one were fetched afterwards and lie in blocks.db. */
export const HISTORY_HEIGHT = "history_height";
