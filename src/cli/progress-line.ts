import { durationText } from "./text-layout.ts";

/** How far a node is. */
export interface Progress {
  readonly height: number;
  /** Height of the best header. */
  readonly headers: number;
  readonly syncing: boolean;
}

/** The speed is that of the last half minute: long enough to be calm, short enough to be true. */
const WINDOW_MILLIS = 30_000;

/** One line that tells how far a node is and how fast it gets on. */
export class ProgressLine {
  private readonly samples: { readonly at: number; readonly height: number }[] = [];

  /** @param at milliseconds of a clock that never goes back */
  text({ height, headers, syncing }: Progress, at: number): string {
    this.samples.push({ at, height });
    while ((this.samples[1]?.at ?? at) <= at - WINDOW_MILLIS) this.samples.shift();
    const target = Math.max(height, headers);
    const left = target - height;
    if (left === 0) return `height ${height}${syncing ? ", waiting for newer blocks" : ", up to date"}`;
    const share = Math.floor((height / target) * 1000) / 10;
    const speed = this.blocksPerSecond();
    const rate = speed >= 10 ? Math.round(speed) : Math.round(speed * 10) / 10;
    const eta = speed > 0 ? `, ${durationText(left / speed)} left` : "";
    return `height ${height} of ${target} (${share.toFixed(1)} %), ${rate} blocks/s${eta}`;
  }

  private blocksPerSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    return Math.max(0, ((last.height - first.height) * 1000) / (last.at - first.at));
  }
}
