import type { Command } from "commander";
import { EXIT } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import type { JsonValue } from "../output.ts";
import { snapshotText } from "../snapshot-text.ts";
import { byteText, durationText, fields, timeText } from "../text-layout.ts";

export function addStatusCommand(parent: Command, line: CommandLine): void {
  parent
    .command("status")
    .description(
      "tell whether a node runs on the data directory, and how it is (exit code 6: none, 7: not ready to answer)",
    )
    .action(
      line.action(async ({ output, globals }) => {
        const { nodeStatus } = await import("../../node/index.ts");
        const status = await nodeStatus(await nodeOptions(globals));
        output.result(status as unknown as JsonValue, () => fields(statusLines(status)));
        if (!status.running) return EXIT.unreachable;
        return status.state === "ready" || status.state === "syncing" ? EXIT.ok : EXIT.notReady;
      }),
    );
}

type NodeStatus = import("../../node/index.ts").NodeStatus;

const STATES: Readonly<Record<NodeStatus["state"], string>> = {
  stopped: "no node runs",
  starting: "starting",
  syncing: "running, catching up with the network",
  ready: "running",
  untrusted: "running, but its chain must not be relied on",
  stopping: "stopping, or too busy to answer",
  busy: "no node runs; another command works on the data directory",
};

function statusLines(status: NodeStatus): [string, string][] {
  const { height, headers, tipTime, peers, uptime, version, pid, rpc, snapshot, problem } = status;
  const lines: [string, string | null][] = [
    ["state", STATES[status.state]],
    ["network", status.network],
    ["version", version],
    ["pid", pid === null ? null : String(pid)],
    ["uptime", uptime === null ? null : durationText(uptime)],
    ["height", height === null ? null : headers === null ? String(height) : `${height} of ${headers}`],
    ["tip time", tipTime === null ? null : timeText(tipTime)],
    ["snapshot", snapshot && snapshotText(snapshot)],
    ["problem", problem],
    ["peers", peers === null ? null : String(peers)],
    ["rpc", rpc === null ? null : `${rpc.host.includes(":") ? `[${rpc.host}]` : rpc.host}:${rpc.port}`],
    ["benchmark", status.benchmark === null ? null : benchmarkText(status.benchmark)],
    ["data directory", status.dataDirectory],
    ["disk use", byteText(status.diskUse)],
    ["log file", status.logFile],
  ];
  return lines.filter((entry): entry is [string, string] => entry[1] !== null);
}

function benchmarkText({ state, tier, profile, time, nextRun, reason }: NonNullable<NodeStatus["benchmark"]>): string {
  const found = time === null ? "no result yet" : `${tier ?? "no tier"} of ${profile} (${timeText(time)})`;
  const next = nextRun === null ? "" : `, next ${timeText(nextRun)}`;
  const now = state === "running" ? ", measuring now" : reason === null ? "" : `, ${reason}`;
  return `${found}${now}${next}`;
}
