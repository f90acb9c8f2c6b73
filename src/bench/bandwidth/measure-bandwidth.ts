import { FluxError } from "../../platform/index.ts";
import { median } from "../median.ts";
import type { BandwidthResult, PeerResult } from "../report.ts";
import { type AnsweringPeer, askChallenge, type PeerAddress } from "./ask-challenge.ts";
import { measurePeer, type PeerFigures, type PeerPlan } from "./measure-peer.ts";
import { reasonOf } from "./peer-failure.ts";

export interface BandwidthTask {
  /** All of them are measured. */
  readonly peers: readonly PeerAddress[];
  /** Candidates, of which `wanted` are measured. */
  readonly known: readonly PeerAddress[];
  readonly wanted: number;
  readonly plan: PeerPlan;
  /** In both directions and with all peers; null for no limit but those of the peers. */
  readonly maxTrafficBytes: number | null;
}

type Step = (what: string, expectedSeconds: number) => void;

const UNLIMITED = 1e12;
const LEAST_BYTES = 1_000_000;
const REASONS_TOLD = 3;
/** After this no further peer is begun with. */
const LAST_START_MILLIS = 32_000;

/** Measures with several peers, one after the other. Never rejects because of a peer. */
export async function measureBandwidth(task: BandwidthTask, step: Step): Promise<BandwidthResult> {
  const round = new Round(task, step);
  if (task.peers.length > 0) await round.measureAll(task.peers);
  else await round.measureSome(task.known, task.wanted);
  return round.result();
}

export function addressText({ host, port }: PeerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

class Round {
  private readonly task: BandwidthTask;
  private readonly step: Step;
  private readonly results: PeerResult[] = [];
  private traffic = 0;

  constructor(task: BandwidthTask, step: Step) {
    this.task = task;
    this.step = step;
  }

  async measureAll(peers: readonly PeerAddress[]): Promise<void> {
    for (const [index, address] of peers.entries()) await this.measure(address, null, peers.length - index);
  }

  /** Asks all at once who offers the test, so that silent ones cost no time. */
  async measureSome(known: readonly PeerAddress[], wanted: number): Promise<void> {
    this.step("looking for peers", 4);
    const asked = await Promise.all(
      known.map((address) =>
        askChallenge(address).then(
          (answered) => ({ address, answered }),
          (error: unknown) => ({ address, error }),
        ),
      ),
    );
    for (const each of asked) if ("error" in each) this.fail(each.address, each.error);
    const answering = asked.filter((each) => "answered" in each);
    let missing = wanted;
    const lastStart = performance.now() + LAST_START_MILLIS;
    for (const [index, { address, answered }] of answering.entries()) {
      if (missing === 0 || performance.now() > lastStart) return;
      // Nothing is kept for those that are not there.
      const peersLeft = Math.min(missing, answering.length - index);
      if (await this.measure(address, answered, peersLeft)) missing--;
    }
  }

  /** @param peersLeft among whom the allowed traffic is shared */
  private async measure(address: PeerAddress, answered: AnsweringPeer | null, peersLeft: number): Promise<boolean> {
    const { maxTrafficBytes } = this.task;
    // There are others, so a busy one is not waited for.
    const plan = answered ? { ...this.task.plan, patienceSeconds: 0 } : this.task.plan;
    const left = maxTrafficBytes === null ? UNLIMITED : maxTrafficBytes - this.traffic;
    const bytes = Math.floor(left / (2 * peersLeft));
    try {
      if (bytes < LEAST_BYTES) throw new FluxError("traffic-used", "--max-traffic leaves too little for it");
      const figures = await measurePeer({
        address,
        answered,
        plan,
        bytes,
        onStep: (what, seconds) => this.step(`${addressText(address)}: ${what}`, seconds),
        onTraffic: (count) => {
          this.traffic += count;
        },
      });
      this.results.push({ address: addressText(address), status: "measured", ...figures });
      return true;
    } catch (error) {
      this.fail(address, error);
      return false;
    }
  }

  private fail(address: PeerAddress, error: unknown): void {
    this.results.push({ address: addressText(address), status: "failed", reason: reasonOf(error) });
  }

  result(): BandwidthResult {
    const { results: peers, traffic: trafficBytes, task } = this;
    const measured = peers.filter((peer) => peer.status === "measured");
    if (measured.length === 0) return { status: "not measured", reason: reasonFor(peers), peers, trafficBytes };
    const middle = (name: keyof PeerFigures) => median(measured.map((peer) => peer[name]));
    return {
      status: "measured",
      downloadBitsPerSecond: middle("downloadBitsPerSecond"),
      uploadBitsPerSecond: middle("uploadBitsPerSecond"),
      latencyMillis: middle("latencyMillis"),
      jitterMillis: middle("jitterMillis"),
      streams: task.plan.streams,
      warmUpSeconds: task.plan.warmUpSeconds,
      trafficBytes,
      peers,
    };
  }
}

function reasonFor(peers: readonly PeerResult[]): string {
  const reasons = peers.flatMap((peer) => (peer.status === "failed" ? [`${peer.address}: ${peer.reason}`] : []));
  const more = reasons.length - REASONS_TOLD;
  const told = reasons.slice(0, REASONS_TOLD).join("; ");
  return `no peer gave a number. ${told}${more > 0 ? `; and ${more} more` : ""}`;
}
