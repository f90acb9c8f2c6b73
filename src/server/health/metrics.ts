import { hasCaughtUp } from "./has-caught-up.ts";
import type { HealthSource } from "./health-pages.ts";
import { counter, gauge, gauges, histogram } from "./metric-families.ts";
import type { MetricFamily } from "./prometheus-text.ts";

/** Everything that `/metrics` tells. */
export function metricFamilies(source: HealthSource): MetricFamily[] {
  return [processFamilies, chainFamilies, peerFamilies, snapshotFamilies].flatMap((families) => families(source));
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

function chainFamilies({ chain, distrust }: HealthSource): MetricFamily[] {
  const open = chain();
  if (!open) return [gauge("fluxnode_ready", "1 when the node has caught up with the network.", 0)];
  const { tip, bestHeader } = open.view;
  const { size, bytes, usage } = open.pool.content;
  const ready = !distrust() && hasCaughtUp(open.view);
  return [
    gauge("fluxnode_ready", "1 when the node has caught up with the network.", ready ? 1 : 0),
    gauge("fluxnode_height", "Height of the active chain.", tip.height),
    gauge("fluxnode_headers", "Height of the best header.", bestHeader.height),
    gauge("fluxnode_tip_time_seconds", "Unix time in the tip's header.", tip.time),
    gauge("fluxnode_mempool_transactions", "Transactions in the memory pool.", size),
    gauge("fluxnode_mempool_bytes", "Sum of their serialised sizes.", bytes),
    gauge("fluxnode_mempool_usage_bytes", "Memory that the reference daemon would need for them.", usage),
    histogram("fluxnode_block_connect_seconds", "How long it took to connect a block.", open.timings.connect),
    histogram("fluxnode_flush_seconds", "How long it took to write the chain to the disk.", open.timings.flush),
  ];
}

function peerFamilies({ peers }: HealthSource): MetricFamily[] {
  const figures = peers();
  if (!figures) return [];
  const { inbound, outbound, received, sent, bans } = figures;
  return [
    gauges("fluxnode_peers", "Connected peers by who began.", [
      { labels: { direction: "inbound" }, value: inbound },
      { labels: { direction: "outbound" }, value: outbound },
    ]),
    counter("fluxnode_peer_bytes_total", "Bytes from and to peers.", [
      { labels: { direction: "received" }, value: received },
      { labels: { direction: "sent" }, value: sent },
    ]),
    gauge("fluxnode_bans", "Addresses and ranges that are banned now.", bans),
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
