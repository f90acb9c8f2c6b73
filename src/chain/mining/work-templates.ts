import type { Clock } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import type { BlockTemplate } from "./block-template.ts";
import type { MiningChain } from "./mining-chain.ts";
import { pause } from "./pause.ts";

/** A template together with the state of the memory pool that it was made of. */
export interface Work {
  readonly template: BlockTemplate;
  /** The pool's count of changes. */
  readonly changes: number;
}

/** What somebody who waits for new work has. */
export type KnownWork = Pick<Work, "changes"> & { readonly tip: Uint8Array };

/** A template is used again for this long although the pool has changed. */
const REUSE_MILLIS = 5000;
/** For so long only a new tip counts as news to somebody who waits, then every now and then the pool is looked at, too. */
const QUIET_MILLIS = 60_000;
const LOOK_MILLIS = 10_000;

/** Templates for miners: the present one, and waiting for the next. */
export class WorkTemplates {
  private readonly chain: MiningChain;
  private readonly clock: Clock;
  private readonly producerScript: () => Uint8Array;
  private work: (Work & { readonly madeAt: number }) | null = null;
  private making: Promise<Work> | null = null;

  /** @param producerScript where the miner's share goes before PON; asked for when a template is made */
  constructor(chain: MiningChain, clock: Clock, producerScript: () => Uint8Array) {
    this.chain = chain;
    this.clock = clock;
    this.producerScript = producerScript;
  }

  /** The template made last, if there is one. */
  get latest(): BlockTemplate | null {
    return this.work?.template ?? null;
  }

  /**
   * Work on top of the tip: made anew for a new tip, and when the pool has changed since some seconds ago.
   * @throws FluxError template-invalid
   */
  async current(): Promise<Work> {
    const { work } = this;
    if (work && this.isFresh(work)) return work;
    this.making ??= this.make().finally(() => {
      this.making = null;
    });
    return this.making;
  }

  private isFresh({ template, changes, madeAt }: Work & { readonly madeAt: number }): boolean {
    if (!equalBytes(template.parent.hash, this.chain.tipHash)) return false;
    return changes === this.chain.pool.content.changes || this.clock.monotonicMillis() - madeAt <= REUSE_MILLIS;
  }

  private async make(): Promise<Work> {
    this.work = null;
    const { changes } = this.chain.pool.content;
    const template = await this.chain.blockTemplate({ producerScript: this.producerScript() });
    this.work = { template, changes, madeAt: this.clock.monotonicMillis() };
    return this.work;
  }

  /**
   * Waits for a new tip, or after a minute for changes of the pool (BIP 22's long polling).
   * @returns false if the signal ended it
   */
  async waitForNews({ tip, changes }: KnownWork, signal: AbortSignal): Promise<boolean> {
    const news = new AbortController();
    const forget = this.chain.onTip(() => news.abort());
    const both = AbortSignal.any([news.signal, signal]);
    try {
      let wait = QUIET_MILLIS;
      while (!signal.aborted && equalBytes(this.chain.tipHash, tip)) {
        if ((await pause(wait, both)) && this.chain.pool.content.changes !== changes) break;
        wait = LOOK_MILLIS;
      }
      return !signal.aborted;
    } finally {
      forget();
    }
  }
}
