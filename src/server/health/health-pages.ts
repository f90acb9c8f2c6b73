import type { Chain } from "../../chain/index.ts";
import type { HttpReply, HttpRequest } from "../../platform/http/index.ts";
import type { FluxError } from "../../platform/index.ts";
import type { CallStatistics } from "./call-statistics.ts";
import type { ChainCounters } from "./chain-counters.ts";
import { type MetricFamily, type MetricSample, PROMETHEUS_CONTENT_TYPE, prometheusText } from "./prometheus-text.ts";

/** How far the history below a snapshot is validated. */
export interface SnapshotProgress {
  readonly height: number;
  readonly validated: boolean;
  /** Null while that is not known. */
  readonly validatedHeight: number | null;
  /** What is wrong with the snapshot; null if nothing was found. */
  readonly problem: string | null;
}

/** What the pages tell. */
export interface HealthSource {
  readonly version: string;
  readonly network: string;
  /** Null while it is being opened. */
  chain(): Pick<Chain, "view" | "pool"> | null;
  /** The snapshot that the chain began with; null without one. */
  history(): SnapshotProgress | null;
  /** Why the chain must not be relied on; null if nothing speaks against it. */
  distrust(): Pick<FluxError, "message" | "hint"> | null;
  readonly calls: CallStatistics;
  readonly counters: ChainCounters;
  /** Seconds since the process was started. */
  uptime(): number;
  /** Bytes. */
  memory(): { readonly resident: number; readonly heap: number };
}

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };
const NOT_GET: HttpReply = {
  status: 405,
  headers: { "content-type": "text/plain", allow: "GET, HEAD" },
  body: "this page is only read\n",
};

/**
 * The pages for whoever watches a node: `/healthy` (the process answers), `/ready` (it has caught up with the network; status 503
 * otherwise) and `/metrics` (figures for Prometheus). They need no password, tell no secrets and change nothing. Null for any other
 * path.
 */
export function healthPages(source: HealthSource): (request: HttpRequest) => HttpReply | null {
  const pages = new Map<string, () => HttpReply>([
    ["/healthy", () => healthy(source)],
    ["/ready", () => ready(source)],
    ["/metrics", () => metrics(source)],
  ]);
  return ({ method, target }) => {
    const [path = ""] = target.split("?", 1);
    const page = pages.get(path);
    if (!page) return null;
    return method === "GET" || method === "HEAD" ? page() : NOT_GET;
  };
}

function healthy({ version, network, uptime }: HealthSource): HttpReply {
  return json(200, { status: "ok", version, network, pid: process.pid, uptime: Math.floor(uptime()) });
}

function ready({ chain, history, distrust }: HealthSource): HttpReply {
  const view = chain()?.view;
  if (!view) return json(503, { ready: false, state: "starting" });
  const snapshot = history();
  const doubt = distrust();
  if (doubt) {
    return json(503, { ready: false, state: "untrusted", problem: doubt.message, hint: doubt.hint ?? null, snapshot });
  }
  const { tip, bestHeader } = view;
  const caughtUp = hasCaughtUp(view);
  const figures = { height: tip.height, headers: bestHeader.height, tipTime: tip.time, snapshot };
  return json(caughtUp ? 200 : 503, { ready: caughtUp, state: caughtUp ? "ready" : "syncing", ...figures });
}

/** The daemon does not call it a download while there is only the genesis block; who waits for a node does. */
function hasCaughtUp({ tip, params, initialDownload }: Chain["view"]): boolean {
  return !initialDownload && tip.chainWork >= params.minimumChainWork;
}

function json(status: number, value: object): HttpReply {
  return { status, headers: JSON_HEADERS, body: `${JSON.stringify(value)}\n` };
}

function metrics(source: HealthSource): HttpReply {
  const body = prometheusText([...processFamilies(source), ...chainFamilies(source), ...snapshotFamilies(source)]);
  return { status: 200, headers: { "content-type": PROMETHEUS_CONTENT_TYPE }, body };
}

function processFamilies({ version, network, uptime, memory, calls, counters }: HealthSource): MetricFamily[] {
  const { resident, heap } = memory();
  return [
    gauge("fluxnode_info", "The program and its network; always 1.", 1, { version, network }),
    gauge("fluxnode_uptime_seconds", "Seconds since the process was started.", Math.floor(uptime())),
    gauge("process_resident_memory_bytes", "Memory of the process.", resident),
    gauge("fluxnode_heap_bytes", "Part of the memory that the garbage collector looks after.", heap),
    counter("fluxnode_rpc_calls_total", "JSON-RPC calls by method and outcome.", calls.samples()),
    counter("fluxnode_blocks_connected_total", "Blocks that became the tip.", [{ value: counters.connected }]),
    counter("fluxnode_blocks_disconnected_total", "Blocks that were taken off.", [{ value: counters.disconnected }]),
    counter("fluxnode_transactions_connected_total", "Transactions in connected blocks.", [
      { value: counters.transactions },
    ]),
    counter("fluxnode_mempool_added_total", "Transactions taken into the memory pool.", [
      { value: counters.poolAdded },
    ]),
    counter("fluxnode_mempool_removed_total", "Transactions that left the memory pool.", [
      { value: counters.poolRemoved },
    ]),
  ];
}

function snapshotFamilies({ history }: HealthSource): MetricFamily[] {
  const snapshot = history();
  if (!snapshot) return [];
  const { height, validated, validatedHeight, problem } = snapshot;
  return [
    gauge("fluxnode_snapshot_height", "Height of the snapshot that the chain began with.", height),
    gauge("fluxnode_snapshot_validated", "1 when the history leads to the snapshot.", validated ? 1 : 0),
    gauge("fluxnode_snapshot_refuted", "1 when the history leads elsewhere.", problem === null ? 0 : 1),
    gauge("fluxnode_snapshot_validated_height", "How far the history is validated.", validatedHeight ?? 0),
  ];
}

function chainFamilies({ chain, distrust }: HealthSource): MetricFamily[] {
  const open = chain();
  if (!open) return [gauge("fluxnode_ready", "1 when the node has caught up with the network.", 0)];
  const { tip, bestHeader } = open.view;
  const { size, bytes, usage } = open.pool.content;
  return [
    gauge(
      "fluxnode_ready",
      "1 when the node has caught up with the network.",
      !distrust() && hasCaughtUp(open.view) ? 1 : 0,
    ),
    gauge("fluxnode_height", "Height of the active chain.", tip.height),
    gauge("fluxnode_headers", "Height of the best header.", bestHeader.height),
    gauge("fluxnode_tip_time_seconds", "Unix time in the tip's header.", tip.time),
    gauge("fluxnode_mempool_transactions", "Transactions in the memory pool.", size),
    gauge("fluxnode_mempool_bytes", "Sum of their serialised sizes.", bytes),
    gauge("fluxnode_mempool_usage_bytes", "Memory that the reference daemon would need for them.", usage),
  ];
}

function gauge(name: string, help: string, value: number, labels?: Record<string, string>): MetricFamily {
  return { name, type: "gauge", help, samples: [labels ? { labels, value } : { value }] };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}
