import { type Clock, repeat } from "../../platform/index.ts";
import type { EquihashSearch } from "../../protocol/crypto/index.ts";

/** Solutions per second over all searches of a run of the program, like the daemon's local rate. */
export class SolutionRate {
  private readonly clock: Clock;
  private millis = 0;
  private solutions = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Since the first search, while one was under way. */
  get perSecond(): number {
    return this.millis > 0 ? (this.solutions * 1000) / this.millis : 0;
  }

  /** Counts what a search finds, looking now and then; returns what ends that. */
  follow(search: EquihashSearch, lookMillis: number): () => void {
    let time = this.clock.monotonicMillis();
    let solutions = 0;
    const look = () => {
      const now = this.clock.monotonicMillis();
      const found = search.progress().solutions;
      this.millis += now - time;
      this.solutions += found - solutions;
      time = now;
      solutions = found;
    };
    const stop = repeat(lookMillis, look);
    return () => {
      stop();
      look();
    };
  }
}
