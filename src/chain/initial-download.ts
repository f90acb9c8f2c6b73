import type { Clock } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import type { HeaderEntry } from "./state/header-entry.ts";

/** Seconds after which a tip counts as old (spec block-and-pow.md section 7). */
const MAXIMUM_TIP_AGE = 4 * 3600;

/** Whether the chain is still far behind; once it has caught up, that stays so. */
export class InitialDownload {
  private readonly params: NetworkParams;
  private readonly clock: Clock;
  private caughtUp = false;

  constructor(params: NetworkParams, clock: Clock) {
    this.params = params;
    this.clock = clock;
  }

  isOn(tip: HeaderEntry): boolean {
    if (this.caughtUp) return false;
    if (tip.height === 0) return false;
    // A clock that stands still says nothing about the age of the tip.
    const old = this.clock.mock === null && tip.time < this.clock.now() - MAXIMUM_TIP_AGE;
    if (old || tip.chainWork < this.params.minimumChainWork) return true;
    this.caughtUp = true;
    return false;
  }
}
