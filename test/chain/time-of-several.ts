import type { Clock } from "../../src/platform/index.ts";

/** Lets several tasks wait on one clock that stands still while any of them works, and jumps when all of them wait. */
export class TimeOfSeveral {
  private readonly clock: Clock;
  private readonly sleepers = new Set<{ readonly wake: number; readonly resolve: (inTime: boolean) => void }>();
  private millis: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.millis = clock.now() * 1000;
  }

  /** Waits on the clock; false if the signal ended it. */
  pause = (millis: number, signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (inTime: boolean) => {
        this.sleepers.delete(sleeper);
        signal.removeEventListener("abort", stop);
        resolve(inTime);
      };
      const stop = () => end(false);
      const sleeper = { wake: this.millis + millis, resolve: end };
      this.sleepers.add(sleeper);
      signal.addEventListener("abort", stop);
    });
  };

  /** Lets time pass for this many tasks until something is true. */
  async runUntil(tasks: number, done: () => boolean): Promise<void> {
    while (!done()) {
      while (this.sleepers.size < tasks) await Bun.sleep(0);
      if (done()) return;
      this.millis = Math.min(...[...this.sleepers].map(({ wake }) => wake));
      this.clock.setMock(Math.floor(this.millis / 1000));
      for (const sleeper of [...this.sleepers]) if (sleeper.wake <= this.millis) sleeper.resolve(true);
      await Bun.sleep(0);
    }
  }
}
