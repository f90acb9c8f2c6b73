export { HistoryValidation, type HistoryVerdict } from "./history-validation.ts";
export { SnapshotHistory, type SnapshotStanding } from "./snapshot-history.ts";
export { snapshotRefuted } from "./snapshot-refuted.ts";
