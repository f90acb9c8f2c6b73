import { later } from "../../platform/index.ts";
import { IntervalCounter } from "./interval-counter.ts";
import type { PeerSession } from "./peer-session.ts";
import { INTERVAL_MILLIS } from "./protocol.ts";

/** One direction with one peer. */
export interface Transfer {
  readonly streams: number;
  /** Warm-up and measurement together. */
  readonly milliseconds: number;
  /** Never more test data than this. */
  readonly bytes: number;
  /** Told of all test data as it moves. */
  readonly onTraffic: (bytes: number) => void;
}

const FIRST_BYTE_MILLIS = 5000;

/**
 * Takes test data from a peer and counts it as it arrives.
 * @returns bytes of the intervals since the first byte; fewer than asked for when the limit of bytes came first
 * @throws PeerFailure
 */
export async function measureDownload(
  session: PeerSession,
  { streams, milliseconds, bytes, onTraffic }: Transfer,
): Promise<number[]> {
  const counter = new IntervalCounter(INTERVAL_MILLIS, milliseconds / INTERVAL_MILLIS);
  const over = Promise.withResolvers<number[]>();
  const now = () => performance.now();
  let cancelTimer = later(FIRST_BYTE_MILLIS, () => session.fail("it sent no test data"));
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    over.resolve(counter.intervals(now() + 1));
  };
  const take = (piece: Uint8Array) => {
    if (done) return;
    if (counter.startedAt === null) {
      cancelTimer();
      cancelTimer = later(milliseconds, finish);
    }
    counter.add(piece.length, now());
    onTraffic(piece.length);
    if (counter.total > bytes) session.fail("it sent more than it was asked for");
    else if (counter.total === bytes) finish();
  };
  const closed = () => {
    if (!done) session.fail("it cut the download off");
  };
  try {
    await session.openStreams(streams, () => ({ bytes: take, drained() {}, closed }));
    session.say({ op: "download", milliseconds, bytes });
    return await session.unlessFailed(over.promise);
  } finally {
    done = true;
    cancelTimer();
    session.closeStreams();
    session.say({ op: "stop" });
  }
}
