import { later } from "../platform/index.ts";

/** A pause is worth it from this on. */
const SHORTEST_MILLIS = 20;
const LONGEST_MILLIS = 2_000;

/** Keeps work in the background to a share of the time, so that everything else gets the rest. */
export class WorkPace {
  private readonly pausePerWork: number;
  private owed = 0;

  /** @param share of the time that may be worked, above 0 and up to 1 */
  constructor(share: number) {
    this.pausePerWork = 1 / share - 1;
  }

  /** Resolves when the next piece of work may begin. @param millis that the last one took */
  async after(millis: number): Promise<void> {
    this.owed = Math.min(LONGEST_MILLIS, this.owed + millis * this.pausePerWork);
    if (this.owed < SHORTEST_MILLIS) return;
    const pause = this.owed;
    this.owed = 0;
    await new Promise<void>((resolve) => later(pause, resolve));
  }
}
