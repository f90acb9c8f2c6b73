import type { TipChange } from "../../chain/index.ts";
import { type Clock, later } from "../../platform/index.ts";
import type { BlockAnnouncer } from "./block-announcer.ts";

/** Tips that follow each other faster are announced together. */
const PAUSE_MILLIS = 100;

/** Announces new tips: right away, unless blocks come in quick succession. */
export class TipAnnouncements {
  private readonly announcer: BlockAnnouncer;
  private readonly clock: Clock;
  private waiting = false;
  private lastAt = Number.NEGATIVE_INFINITY;
  private cancel: () => void = () => {};

  constructor(announcer: BlockAnnouncer, clock: Clock) {
    this.announcer = announcer;
    this.clock = clock;
  }

  onTip(change: TipChange): void {
    this.announcer.onTip(change);
    if (this.waiting) return;
    this.waiting = true;
    const pause = Math.max(0, this.lastAt + PAUSE_MILLIS - this.clock.monotonicMillis());
    this.cancel = later(pause, () => {
      this.waiting = false;
      this.lastAt = this.clock.monotonicMillis();
      this.announcer.announce();
    });
  }

  close(): void {
    this.cancel();
  }
}
