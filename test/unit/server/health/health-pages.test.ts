import { describe, expect, test } from "bun:test";
import { type Chain, ChainTimings, type MempoolChange, type TipChange } from "../../../../src/chain/index.ts";
import type { HttpRequest } from "../../../../src/platform/http/index.ts";
import {
  CallStatistics,
  ChainCounters,
  healthPages,
  type PeerFigures,
  type SnapshotProgress,
} from "../../../../src/server/health/index.ts";
import { prometheusText } from "../../../../src/server/health/prometheus-text.ts";
import { RpcError } from "../../../../src/server/rpc/index.ts";

function chainAt(initialDownload: boolean, chainWork = 10n) {
  const tip = { height: 42, time: 1_700_000_000, chainWork };
  const view = { tip, bestHeader: { height: 50 }, initialDownload, params: { minimumChainWork: 10n } };
  const timings = new ChainTimings();
  for (const millis of [2, 20, 20_000]) timings.connect.observe(millis);
  return { view, timings, pool: { content: { size: 2, bytes: 500, usage: 900 } } } as unknown as Chain;
}

interface Parts {
  readonly peers?: PeerFigures;
  readonly history?: SnapshotProgress;
  readonly distrust?: { readonly message: string; readonly hint: string };
}

function pages(
  chain: Chain | null = chainAt(false),
  calls = new CallStatistics(),
  counters = new ChainCounters(),
  { peers, history, distrust }: Parts = {},
) {
  const page = healthPages({
    version: "1.2.3",
    network: "main",
    chain: () => chain,
    peers: () => peers ?? null,
    history: () => history ?? null,
    distrust: () => distrust ?? null,
    calls,
    counters,
    benchmark: () => null,
    uptime: () => 61.9,
    memory: () => ({ resident: 1000, heap: 100 }),
  });
  return (target: string, method = "GET") => page({ target, method } as HttpRequest);
}

describe("pages for whoever watches", () => {
  test("healthy while the process answers", () => {
    const reply = pages(null)("/healthy");
    expect(reply?.status).toBe(200);
    const expected = { status: "ok", version: "1.2.3", network: "main", pid: process.pid, uptime: 61, benchmark: null };
    expect(JSON.parse(String(reply?.body))).toEqual(expected);
  });

  test("ready only when the chain has caught up", () => {
    const answer = (chain: Chain | null) => {
      const reply = pages(chain)("/ready?x=1");
      return [reply?.status, JSON.parse(String(reply?.body))];
    };
    const figures = { height: 42, headers: 50, tipTime: 1_700_000_000, snapshot: null };
    expect(answer(null)).toEqual([503, { ready: false, state: "starting" }]);
    expect(answer(chainAt(true))).toEqual([503, { ready: false, state: "syncing", ...figures }]);
    expect(answer(chainAt(false, 9n))).toEqual([503, { ready: false, state: "syncing", ...figures }]);
    expect(answer(chainAt(false))).toEqual([200, { ready: true, state: "ready", ...figures }]);
  });

  test("says how far the history below a snapshot is validated, and is not ready when it is found to be wrong", () => {
    const history = { height: 40, validated: false, validatedHeight: 7, problem: null };
    const open = pages(undefined, undefined, undefined, { history });
    expect(JSON.parse(String(open("/ready")?.body))).toMatchObject({ ready: true, snapshot: history });
    const metrics = String(open("/metrics")?.body);
    for (const line of ["height 40", "validated 0", "validated_height 7"]) {
      expect(metrics).toContain(`\nfluxnode_snapshot_${line}\n`);
    }
    const refuted = { ...history, problem: "another set of coins" };
    const distrust = { message: "the snapshot is wrong", hint: "move it away" };
    const reply = pages(undefined, undefined, undefined, { history: refuted, distrust })("/ready");
    expect(reply?.status).toBe(503);
    expect(JSON.parse(String(reply?.body))).toEqual({
      ready: false,
      state: "untrusted",
      problem: "the snapshot is wrong",
      hint: "move it away",
      snapshot: refuted,
    });
    expect(String(pages()("/metrics")?.body)).not.toContain("fluxnode_snapshot");
    const distrusted = pages(undefined, undefined, undefined, { history: refuted, distrust })("/metrics");
    expect(String(distrusted?.body)).toContain("\nfluxnode_ready 0\n");
  });

  test("peers and durations for Prometheus", () => {
    const peers = { inbound: 3, outbound: 8, received: 1000, sent: 2000, bans: 2 };
    const text = String(pages(undefined, undefined, undefined, { peers })("/metrics")?.body);
    for (const line of [
      'fluxnode_peers{direction="inbound"} 3',
      'fluxnode_peers{direction="outbound"} 8',
      'fluxnode_peer_bytes_total{direction="received"} 1000',
      'fluxnode_peer_bytes_total{direction="sent"} 2000',
      "fluxnode_bans 2",
      "# TYPE fluxnode_block_connect_seconds histogram",
      'fluxnode_block_connect_seconds_bucket{le="0.001"} 0',
      'fluxnode_block_connect_seconds_bucket{le="0.003"} 1',
      'fluxnode_block_connect_seconds_bucket{le="0.03"} 2',
      'fluxnode_block_connect_seconds_bucket{le="10"} 2',
      'fluxnode_block_connect_seconds_bucket{le="+Inf"} 3',
      "fluxnode_block_connect_seconds_sum 20.022",
      "fluxnode_block_connect_seconds_count 3",
      "fluxnode_flush_seconds_count 0",
    ]) {
      expect(text).toContain(`\n${line}\n`);
    }
    expect(String(pages()("/metrics")?.body)).not.toContain("fluxnode_peers");
  });

  test("figures for Prometheus", () => {
    const calls = new CallStatistics();
    const counters = new ChainCounters();
    counters.onTip({ disconnected: [1, 2], connected: { block: { transactions: [1, 2, 3] } } } as unknown as TipChange);
    counters.onPool({ kind: "added" } as MempoolChange);
    const text = String(pages(chainAt(false), calls, counters)("/metrics")?.body);
    for (const line of [
      'fluxnode_info{version="1.2.3",network="main"} 1',
      "fluxnode_height 42",
      "fluxnode_headers 50",
      "fluxnode_tip_time_seconds 1700000000",
      "fluxnode_mempool_transactions 2",
      "fluxnode_blocks_connected_total 1",
      "fluxnode_blocks_disconnected_total 2",
      "fluxnode_transactions_connected_total 3",
      "fluxnode_mempool_added_total 1",
      "fluxnode_ready 1",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(text).not.toContain("fluxnode_rpc_calls_total");
    const shape = /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"\n]*"(,\w+="[^"\n]*")*\})? -?[\d.e+]+)$/;
    for (const line of text.trimEnd().split("\n")) expect(line).toMatch(shape);
    expect(String(pages(null)("/metrics")?.body)).toContain("fluxnode_ready 0\n");
  });

  test("are only read, and are nowhere else", () => {
    expect(pages()("/ready", "POST")?.status).toBe(405);
    expect(pages()("/healthy", "HEAD")?.status).toBe(200);
    for (const path of ["/", "/ready/", "/Ready", "/metrics.txt", "//ready"]) expect(pages()(path)).toBeNull();
  });
});

test("calls are counted by method and outcome, unknown names together", async () => {
  const calls = new CallStatistics();
  const handler = calls.count((method) => {
    if (method === "now") return 1;
    if (method === "later") return Promise.resolve(2);
    if (method === "fails") return Promise.reject(new RpcError(-8, "no"));
    throw new RpcError(-32601, "Method not found");
  });
  expect(handler("now", [])).toBe(1);
  expect(await handler("later", [])).toBe(2);
  await expect(handler("fails", []) as Promise<unknown>).rejects.toMatchObject({ code: -8 });
  for (let name = 0; name < 50; name++) expect(() => handler(`guess${name}`, [])).toThrow("Method not found");
  const counted = calls.samples().filter(({ value }) => value > 0);
  expect(counted.map(({ labels, value }) => [labels?.method, labels?.outcome, value])).toEqual([
    ["fails", "error", 1],
    ["later", "ok", 1],
    ["now", "ok", 1],
    ["unknown", "error", 50],
  ]);
});

test("labels cannot break the text", () => {
  const samples = [{ labels: { a: 'x"y\\z\n' }, value: Number.NaN }];
  expect(prometheusText([{ name: "n", type: "gauge", help: "one\ntwo", samples }])).toBe(
    '# HELP n one\\ntwo\n# TYPE n gauge\nn{a="x\\"y\\\\z\\n"} NaN\n',
  );
});
