import { dataDirectory, FluxError } from "../platform/index.ts";
import { directorySize } from "../platform/service/index.ts";
import type { BenchmarkSummary } from "../server/health/index.ts";
import { RpcError } from "../server/rpc/index.ts";
import { readBenchmarkSummary } from "./benchmark-summary.ts";
import { type ChainAccessOptions, nodeAccess } from "./chain-access.ts";
import { numberOf } from "./exact-json.ts";
import { healthPage } from "./health-page.ts";
import { LOG_FILE } from "./log-place.ts";
import { readRpcEndpoint } from "./rpc-endpoint.ts";
import { type SnapshotReport, snapshotReport } from "./snapshot-report.ts";
import { isInUse } from "./stop-node.ts";

/** "syncing" while the tip is old; "untrusted" when the snapshot that it began with turned out to be wrong; "stopping" also for a process that is no node, like an import. */
export type NodeState = "stopped" | "starting" | "syncing" | "ready" | "untrusted" | "stopping" | "busy";

/** What can be told of the node of a data directory; null for what is unknown in its state. */
export interface NodeStatus {
  readonly running: boolean;
  readonly state: NodeState;
  readonly network: string;
  readonly version: string | null;
  readonly pid: number | null;
  readonly height: number | null;
  readonly headers: number | null;
  /** Unix time of the tip. */
  readonly tipTime: number | null;
  readonly peers: number | null;
  /** The snapshot that the chain began with. */
  readonly snapshot: SnapshotReport | null;
  /** Why the node does not trust its chain. */
  readonly problem: string | null;
  /** Seconds. */
  readonly uptime: number | null;
  /** What the node found out about its machine; null for a node that does not measure. */
  readonly benchmark: BenchmarkSummary | null;
  readonly rpc: { readonly host: string; readonly port: number } | null;
  readonly dataDirectory: string;
  /** Bytes that the files below the folder of the network take. */
  readonly diskUse: number;
  readonly logFile: string;
}

/** Asks the node of a data directory how it is. */
export async function nodeStatus(options: ChainAccessOptions): Promise<NodeStatus> {
  const { params, root } = options;
  const directory = dataDirectory(root, params.name);
  const unknown = {
    version: null,
    pid: null,
    height: null,
    headers: null,
    tipTime: null,
    peers: null,
    uptime: null,
    snapshot: null,
    problem: null,
  };
  const still = {
    ...unknown,
    benchmark: null,
    network: params.name,
    rpc: null,
    dataDirectory: directory.networkFolder,
    diskUse: directorySize(directory.networkFolder),
    logFile: directory.file(LOG_FILE),
  };
  if (!isInUse(options)) return { running: false, state: "stopped", ...still };
  const endpoint = readRpcEndpoint(directory);
  if (endpoint === null) return { running: false, state: "busy", ...still };
  const { host, port, pid } = endpoint;
  const page = (path: string) => healthPage(host, port, path);
  const running = { ...still, running: true, pid, rpc: { host, port } };
  const [health, ready] = await Promise.all([page("/healthy"), page("/ready")]);
  if (health === null || ready === null) return { ...running, state: "stopping" };
  return {
    ...running,
    state: stateOf(ready.state),
    version: typeof health.version === "string" ? health.version : null,
    uptime: wholeNumber(health.uptime),
    benchmark: readBenchmarkSummary(health.benchmark),
    height: wholeNumber(ready.height),
    headers: wholeNumber(ready.headers),
    tipTime: wholeNumber(ready.tipTime),
    peers: await connections(options),
    snapshot: snapshotReport(ready.snapshot),
    problem: typeof ready.problem === "string" ? ready.problem : null,
  };
}

function stateOf(state: unknown): NodeState {
  return state === "ready" || state === "syncing" || state === "untrusted" ? state : "starting";
}

/** Needs a password, and a node that is ready; who has neither is told the rest. */
async function connections(options: ChainAccessOptions): Promise<number | null> {
  try {
    return numberOf(await nodeAccess(options).call("getconnectioncount", []));
  } catch (error) {
    if (error instanceof FluxError || error instanceof RpcError) return null;
    throw error;
  }
}

function wholeNumber(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}
