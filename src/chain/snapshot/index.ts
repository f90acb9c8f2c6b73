export { type CheckedSnapshot, checkSnapshot } from "./check-snapshot.ts";
export { type LoadSnapshotOptions, loadSnapshot } from "./load-snapshot.ts";
export { differentParts, type SectionHashes, sectionHashesOf } from "./section-digests.ts";
export { SNAPSHOT_BASE } from "./snapshot-base.ts";
export type { SnapshotHead } from "./snapshot-format.ts";
export { HISTORY_HEIGHT, SNAPSHOT_HASHES, SNAPSHOT_VERDICT, VALIDATED } from "./snapshot-notes.ts";
export { type WrittenSnapshot, writeSnapshot } from "./write-snapshot.ts";
