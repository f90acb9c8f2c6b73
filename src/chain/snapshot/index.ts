export { type CheckedSnapshot, checkSnapshot } from "./check-snapshot.ts";
export { type LoadSnapshotOptions, loadSnapshot } from "./load-snapshot.ts";
export { SNAPSHOT_BASE } from "./snapshot-base.ts";
export type { SnapshotHead } from "./snapshot-format.ts";
export { type WrittenSnapshot, writeSnapshot } from "./write-snapshot.ts";
