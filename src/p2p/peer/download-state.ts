import type { HeaderEntry } from "../../chain/index.ts";

/** A block that was asked for. */
export interface RequestedBlock {
  /** Key of the hash. */
  readonly key: string;
  /** -1 when its header is not known. */
  readonly height: number;
  /** Milliseconds of the monotonic clock at which the peer counts as too slow. */
  deadline: number;
}

/** What is known of one peer's chain and what was asked from it. */
export class DownloadState {
  /** Block with the most work that the peer is known to have. */
  bestKnown: HeaderEntry | null = null;
  /** Last announced hash that is not known here. */
  lastUnknown: Uint8Array | null = null;
  /** Highest block that both have. */
  lastCommon: HeaderEntry | null = null;
  /** Headers were asked for, to follow its chain. */
  headersStarted = false;
  /** When the last request for headers that is not answered yet went out, milliseconds; null for none. */
  headersAskedAt: number | null = null;
  /** Height of the block after which headers were asked for last. */
  headersAskedFrom = 0;
  /** It did not deliver a block that another peer claims to exist. */
  ignoresHints = false;
  /** Blocks that were asked for, oldest first. */
  readonly requested = new Map<string, RequestedBlock>();
  /** Milliseconds that everybody has been waiting for this peer; null if nobody does. */
  stalledFor: number | null = null;
  /** Points given for announcements whose parents were not known, until the parents come. */
  unconnectedPoints = 0;
  /** Headers from this peer that led to no better chain, a measure that fades. */
  sideHeaders = 0;
  sideHeadersAt = 0;
}
