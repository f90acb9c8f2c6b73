import type { NodeProgress } from "../node/index.ts";
import { durationText } from "./text-layout.ts";

/** The speed is that of the last half minute: long enough to be calm, short enough to be true. */
const WINDOW_MILLIS = 30_000;

/** One line that tells how far a node is and how fast it gets on. */
export class ProgressLine {
  private readonly samples: { readonly at: number; readonly height: number }[] = [];

  /** @param at milliseconds of a clock that never goes back */
  text({ height, headers, syncing, peers, history }: NodeProgress, at: number): string {
    this.samples.push({ at, height });
    while ((this.samples[1]?.at ?? at) <= at - WINDOW_MILLIS) this.samples.shift();
    const others = `${peers} ${peers === 1 ? "peer" : "peers"}`;
    const older = history === null ? "" : `, history ${percent(history)}`;
    const target = Math.max(height, headers);
    const left = target - height;
    if (left === 0) {
      const state = syncing ? "waiting for newer blocks" : "up to date";
      return `height ${height}, ${state}, ${others}${older}`;
    }
    const speed = this.blocksPerSecond();
    const rate = speed >= 10 ? Math.round(speed) : Math.round(speed * 10) / 10;
    const eta = speed > 0 ? `, ${durationText(left / speed)} left` : "";
    return `height ${height} of ${target} (${percent(height / target)}), ${rate} blocks/s, ${others}${eta}${older}`;
  }

  private blocksPerSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    return Math.max(0, ((last.height - first.height) * 1000) / (last.at - first.at));
  }
}

/** Rounded down: 100 % is only what is done. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
