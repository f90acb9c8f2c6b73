import { later } from "../../platform/index.ts";
import { median } from "../median.ts";
import { type AnsweringPeer, askChallenge, type PeerAddress } from "./ask-challenge.ts";
import { measureDownload } from "./measure-download.ts";
import { measureUpload } from "./measure-upload.ts";
import { PeerFailure } from "./peer-failure.ts";
import { openSession, type PeerSession } from "./peer-session.ts";
import { INTERVAL_MILLIS } from "./protocol.ts";
import { meanDeviation, type Rate, rateOf } from "./statistics.ts";

/** How a peer is measured. */
export interface PeerPlan {
  /** At once in each direction. */
  readonly streams: number;
  /** Of each direction; only the second counts. */
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  readonly pings: number;
  /** How long to wait for a peer that is busy. */
  readonly patienceSeconds: number;
  /** For everything with a peer but its two transfers; default 15. */
  readonly overheadSeconds?: number;
}

export interface PeerFigures {
  readonly downloadBitsPerSecond: number;
  readonly uploadBitsPerSecond: number;
  /** That the rates were taken over. */
  readonly downloadSeconds: number;
  readonly uploadSeconds: number;
  /** Median of round trips before there was load, and their mean distance from it. */
  readonly latencyMillis: number;
  readonly jitterMillis: number;
}

export interface PeerTask {
  readonly address: PeerAddress;
  /** Asked before; null to ask now. */
  readonly answered: AnsweringPeer | null;
  readonly plan: PeerPlan;
  /** In one direction. */
  readonly bytes: number;
  readonly onStep: (what: string, expectedSeconds: number) => void;
  readonly onTraffic: (bytes: number) => void;
}

const OVERHEAD_SECONDS = 15;
const PING_PAUSE_MILLIS = 20;
/** A rate over less time says nothing. */
const LEAST_INTERVALS = 5;
const PING_SECONDS = 1;
const MOST_WARM_UP = 1 / 3;
/** A busy peer is not asked again sooner, whatever it says. */
const LEAST_WAIT_SECONDS = 1;

/**
 * Measures with one peer: round trips while the line is quiet, then downwards, then upwards.
 * @throws PeerFailure
 */
export async function measurePeer(task: PeerTask): Promise<PeerFigures> {
  const { plan, onStep } = task;
  onStep("latency", PING_SECONDS);
  const session = await enter(task);
  const seconds = plan.warmUpSeconds + plan.measuredSeconds;
  // Each answer may take some seconds; a peer that takes as long with all of them would hold up everything.
  const most = 2 * seconds + (plan.overheadSeconds ?? OVERHEAD_SECONDS);
  const cancelDeadline = later(most * 1000, () => session.fail("it took too long"));
  try {
    const trips: number[] = [];
    for (let number = 0; number < plan.pings; number++) {
      trips.push(await session.ping(number));
      await pause(PING_PAUSE_MILLIS);
    }
    const milliseconds = Math.min(seconds * 1000, session.limits.milliseconds);
    const transfer = {
      streams: Math.min(plan.streams, session.limits.streams),
      milliseconds: Math.floor(milliseconds / INTERVAL_MILLIS) * INTERVAL_MILLIS,
      bytes: Math.min(task.bytes, session.limits.bytes),
      onTraffic: task.onTraffic,
    };
    const limit = transfer.bytes < task.bytes ? "its limit of bytes" : "--max-traffic";
    if (transfer.bytes === 0 || transfer.milliseconds === 0) throw new PeerFailure(`${limit} is used up`);
    onStep("download", seconds);
    const download = figure(await measureDownload(session, transfer), plan, limit);
    // Its answer tells that the download is over on that side, too.
    await session.ping(plan.pings);
    onStep("upload", seconds);
    const upload = figure(await measureUpload(session, transfer), plan, limit);
    return {
      downloadBitsPerSecond: download.bitsPerSecond,
      uploadBitsPerSecond: upload.bitsPerSecond,
      downloadSeconds: download.seconds,
      uploadSeconds: upload.seconds,
      latencyMillis: median(trips),
      jitterMillis: meanDeviation(trips),
    };
  } finally {
    cancelDeadline();
    session.close();
  }
}

/** Opens a session, also with a peer that is busy for a moment. */
async function enter({ address, answered, plan, onStep }: PeerTask): Promise<PeerSession> {
  const end = performance.now() + plan.patienceSeconds * 1000;
  let peer = answered;
  for (;;) {
    try {
      return await openSession(peer ?? (await askChallenge(address)));
    } catch (error) {
      if (!(error instanceof PeerFailure) || error.retryAfterSeconds === null) throw error;
      const wait = Math.max(LEAST_WAIT_SECONDS, error.retryAfterSeconds);
      if (performance.now() + wait * 1000 > end) throw error;
      onStep("waiting, it is busy", wait);
      await pause(wait * 1000);
      peer = null;
    }
  }
}

function figure(intervals: readonly number[], { warmUpSeconds }: PeerPlan, limit: string): Rate {
  // A limit of bytes may have ended it early.
  const wanted = Math.round((warmUpSeconds * 1000) / INTERVAL_MILLIS);
  const warmUp = Math.min(wanted, Math.floor(intervals.length * MOST_WARM_UP));
  const rate = rateOf(intervals, warmUp, LEAST_INTERVALS, INTERVAL_MILLIS);
  if (rate === null) {
    const seconds = (intervals.length * INTERVAL_MILLIS) / 1000;
    throw new PeerFailure(`${limit} was used up after ${seconds.toFixed(1)} s, before a rate could be told`);
  }
  if (rate.bitsPerSecond === 0) throw new PeerFailure("nothing arrived");
  return rate;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
