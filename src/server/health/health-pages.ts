import type { Chain } from "../../chain/index.ts";
import type { HttpReply, HttpRequest } from "../../platform/http/index.ts";
import type { FluxError } from "../../platform/index.ts";
import type { CallStatistics } from "./call-statistics.ts";
import type { ChainCounters } from "./chain-counters.ts";
import { hasCaughtUp } from "./has-caught-up.ts";
import { metricFamilies } from "./metrics.ts";
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from "./prometheus-text.ts";

/** How far the history below a snapshot is validated. */
export interface SnapshotProgress {
  readonly height: number;
  readonly validated: boolean;
  /** Null while that is not known. */
  readonly validatedHeight: number | null;
  /** What is wrong with the snapshot; null if nothing was found. */
  readonly problem: string | null;
}

/** The peers in figures. */
export interface PeerFigures {
  readonly inbound: number;
  /** Begun by this node. */
  readonly outbound: number;
  /** Bytes, of peers that are gone as well. */
  readonly received: number;
  readonly sent: number;
  /** Addresses and ranges that are banned now. */
  readonly bans: number;
}

/** How it stands with the benchmarks of a node. */
export interface BenchmarkSummary {
  /** "waiting": none was finished yet. */
  readonly state: "waiting" | "running" | "measured" | "failed";
  /** The highest tier reached; null for none, or not known. */
  readonly tier: string | null;
  readonly profile: string | null;
  /** Unix time of the result that counts. */
  readonly time: number | null;
  /** Unix time of the next run; null while one is running. */
  readonly nextRun: number | null;
  /** Why the last run failed, or what the next one waits for. */
  readonly reason: string | null;
}

/** What the pages tell. */
export interface HealthSource {
  readonly version: string;
  readonly network: string;
  /** Null while it is being opened. */
  chain(): Pick<Chain, "view" | "pool" | "timings"> | null;
  /** Null while there are none. */
  peers(): PeerFigures | null;
  /** The snapshot that the chain began with; null without one. */
  history(): SnapshotProgress | null;
  /** Why the chain must not be relied on; null if nothing speaks against it. */
  distrust(): Pick<FluxError, "message" | "hint"> | null;
  readonly calls: CallStatistics;
  readonly counters: ChainCounters;
  /** What this machine was found to be good for; null if it is not measured. */
  benchmark(): BenchmarkSummary | null;
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

function healthy({ version, network, uptime, benchmark }: HealthSource): HttpReply {
  const age = Math.floor(uptime());
  return json(200, { status: "ok", version, network, pid: process.pid, uptime: age, benchmark: benchmark() });
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

function json(status: number, value: object): HttpReply {
  return { status, headers: JSON_HEADERS, body: `${JSON.stringify(value)}\n` };
}

function metrics(source: HealthSource): HttpReply {
  const body = prometheusText(metricFamilies(source));
  return { status: 200, headers: { "content-type": PROMETHEUS_CONTENT_TYPE }, body };
}
