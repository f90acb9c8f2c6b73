import { INTERVAL_MILLIS, IntervalCounter } from "../../../bench/index.ts";
import { later } from "../../../platform/index.ts";

export interface UploadOptions {
  readonly bytes: number;
  readonly milliseconds: number;
  readonly now: () => number;
  /** Time is over or everything is here. */
  readonly onEnd: (intervals: number[]) => void;
  /** The client sent more than it said. */
  readonly onExcess: () => void;
}

/** Counts what arrives on all streams and throws it away. */
export class UploadPhase {
  private readonly options: UploadOptions;
  private readonly counter: IntervalCounter;
  private cancelTimer: (() => void) | null = null;
  private over = false;

  constructor(options: UploadOptions) {
    this.options = options;
    this.counter = new IntervalCounter(INTERVAL_MILLIS, Math.ceil(options.milliseconds / INTERVAL_MILLIS));
  }

  get received(): number {
    return this.counter.total;
  }

  take(bytes: number): void {
    if (this.over) return;
    const { now, bytes: most, onExcess } = this.options;
    this.counter.add(bytes, now());
    this.cancelTimer ??= later((this.counter.endsAt ?? 0) - now(), () => this.finish());
    if (this.counter.total > most) onExcess();
    else if (this.counter.total === most) this.finish();
  }

  private finish(): void {
    if (this.over) return;
    const { now, onEnd } = this.options;
    this.end();
    // Timers may be early by the fraction of a millisecond.
    onEnd(this.counter.intervals(now() + 1));
  }

  end(): void {
    this.over = true;
    this.cancelTimer?.();
  }
}
