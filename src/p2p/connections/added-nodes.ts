import type { Clock } from "../../platform/index.ts";

const FIRST_PAUSE_MILLIS = 500;

/** One peer that the operator asked for, as he wrote it. */
export interface AddedNode {
  readonly name: string;
  /** Milliseconds of the monotonic clock at which it is tried next. */
  due: number;
  pause: number;
  /** A connection is being made. */
  busy: boolean;
}

/** Peers that are connected to again and again, with pauses that grow while they cannot be reached. */
export class AddedNodes {
  private readonly clock: Clock;
  private readonly longestPause: number;
  private readonly byName = new Map<string, AddedNode>();

  /** @param longestPauseMillis between two attempts */
  constructor(clock: Clock, longestPauseMillis: number) {
    this.clock = clock;
    this.longestPause = longestPauseMillis;
  }

  /** Returns false if it is there already. */
  add(name: string): boolean {
    if (this.byName.has(name)) return false;
    this.byName.set(name, { name, due: 0, pause: FIRST_PAUSE_MILLIS, busy: false });
    return true;
  }

  /** Returns false if it is not there. */
  remove(name: string): boolean {
    return this.byName.delete(name);
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** Those to be tried now. @param isConnected by name */
  due(isConnected: (name: string) => boolean): AddedNode[] {
    const now = this.clock.monotonicMillis();
    return [...this.byName.values()].filter((node) => !node.busy && node.due <= now && !isConnected(node.name));
  }

  /** Takes down how an attempt, or the connection it led to, ended. */
  ended(node: AddedNode, wasGood: boolean): void {
    node.busy = false;
    node.pause = wasGood ? FIRST_PAUSE_MILLIS : Math.min(this.longestPause, node.pause * 2);
    node.due = this.clock.monotonicMillis() + node.pause;
  }
}
