export { type BlockRecord, readBlockFile } from "./block-file.ts";
export { accessChain, type ChainAccess } from "./chain-access.ts";
export {
  type ExactJson,
  type ExactJsonObject,
  isExactObject,
  numberOf,
} from "./exact-json.ts";
export { exportLines } from "./export-blocks.ts";
export { type ImportCounts, type ImportReport, importBlocks } from "./import-blocks.ts";
export { chooseListedPeers, listedNodes, type Surroundings } from "./listed-peers.ts";
export { loadSnapshotFile } from "./load-snapshot.ts";
export { logFileOf } from "./log-place.ts";
export { chooseNetwork } from "./network-choice.ts";
export { startNode } from "./node.ts";
export { openNodeDatabase } from "./node-database.ts";
export { type NodeState, type NodeStatus, nodeStatus } from "./node-status.ts";
export { type OpenedChain, openChain } from "./open-chain.ts";
export { rpcCredentials } from "./rpc-binding.ts";
export type { NodeOptions, NodeProgress, RunningNode } from "./running-node.ts";
export type { SnapshotReport } from "./snapshot-report.ts";
export { startDaemon } from "./start-daemon.ts";
export { stopNode } from "./stop-node.ts";
export { type HistoryOptions, verifyHistory } from "./verify-history.ts";
export { whileOpen } from "./while-open.ts";
