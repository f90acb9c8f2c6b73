import { type Clock, type Log, repeat } from "../../platform/index.ts";
import { toDisplayHash } from "../../protocol/bytes/index.ts";
import { equihashSolverBytes } from "../../protocol/crypto/index.ts";
import { isPonHeight } from "../../protocol/params/index.ts";
import { refreshedHeader } from "./block-template.ts";
import type { MiningChain } from "./mining-chain.ts";
import { pause } from "./pause.ts";
import type { SolutionRate } from "./solution-rate.ts";
import { equihashSizeAt, solveTemplate } from "./solve-template.ts";
import type { Work, WorkTemplates } from "./work-templates.ts";

export interface PowMinerOptions {
  readonly chain: MiningChain;
  readonly clock: Clock;
  readonly work: WorkTemplates;
  readonly threads: number;
  readonly connections: () => number;
  readonly rate: SolutionRate;
  readonly log: Log;
}

const IDLE_MILLIS = 1000;
const FAILURE_MILLIS = 10_000;
/** After this long a search begins anew with the transactions that came, and with the present time. */
const RENEW_MILLIS = 60_000;
const COUNT_MILLIS = 1000;
const REPORT_MILLIS = 60_000;
const MIB = 1 << 20;

/** Looks for blocks by proof of work until it is stopped or the chain has no more need of them. */
export class PowMiner {
  private readonly options: PowMinerOptions;
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;
  /** Equihash parameters of the searches so far. */
  private searching: string | null = null;

  constructor(options: PowMinerOptions) {
    this.options = options;
    this.running = this.run();
  }

  /** Ends the search and waits for its threads. */
  stop(): Promise<void> {
    this.ending.abort();
    return this.running;
  }

  private async run(): Promise<void> {
    const { chain, log } = this.options;
    const { signal } = this.ending;
    const endReports = repeat(REPORT_MILLIS, () => this.report());
    let waiting = "";
    while (!signal.aborted) {
      const reason = this.whyNot();
      if (reason !== null) {
        if (reason !== waiting) log.info(reason, { height: chain.height });
        waiting = reason;
        this.searching = null;
        await pause(IDLE_MILLIS, signal);
        continue;
      }
      waiting = "";
      try {
        await this.mine();
      } catch (error) {
        // One template that fails, or memory that is short for a while, is no reason to stop for good.
        log.error("mining failed, trying again", { error: String(error) });
        await pause(FAILURE_MILLIS, signal);
      }
    }
    endReports();
    log.info("mining ended");
  }

  /** Tells how fast it goes, or with other parameters than before what they need. */
  private report(): void {
    const { chain, log, rate, threads } = this.options;
    if (this.searching === null) return;
    log.info("mining", {
      height: chain.height + 1,
      solutionsPerSecond: Number(rate.perSecond.toPrecision(3)),
      threads,
    });
  }

  private announce(height: number): void {
    const { chain, log, threads } = this.options;
    const { n, k } = equihashSizeAt(chain.params, height);
    const equihash = `${n},${k}`;
    if (equihash === this.searching) return;
    this.searching = equihash;
    log.info("mining", {
      height,
      equihash,
      threads,
      memoryMib: Math.ceil(equihashSolverBytes({ n, k }, threads) / MIB),
    });
  }

  /** Why no block can be looked for now; null if one can. */
  private whyNot(): string | null {
    const { chain, connections } = this.options;
    if (isPonHeight(chain.params, chain.height + 1)) return "from here on nodes make the blocks, not miners";
    if (!chain.params.miningRequiresPeers) return null;
    if (connections() === 0) return "mining waits for peers";
    return chain.view.initialDownload ? "mining waits for the chain" : null;
  }

  private async mine(): Promise<void> {
    const { chain, work, log } = this.options;
    const current = await work.current();
    const block = await this.search(current);
    if (!block) return;
    const { reject } = await chain.submitBlock(block);
    const found = { height: current.template.height, hash: toDisplayHash(block.header.hash) };
    if (reject) log.warn("own block was refused", { ...found, reason: reject.reason });
    else log.info("block found", found);
  }

  private async search({ template, changes }: Work) {
    const { chain, clock, threads, rate } = this.options;
    this.announce(template.height);
    const header = refreshedHeader(template, chain.adjustedTime, chain.params);
    const { search, block } = solveTemplate(template, header, chain.params, threads);
    const stale = new AbortController();
    const forget = chain.onTip(() => stale.abort());
    const over = AbortSignal.any([stale.signal, this.ending.signal]);
    const cancel = () => search.cancel();
    over.addEventListener("abort", cancel);
    if (over.aborted) cancel();
    const started = clock.monotonicMillis();
    const counting = rate.follow(search, COUNT_MILLIS);
    const ended = new AbortController();
    const renew = this.renewal(changes, started, AbortSignal.any([over, ended.signal]), cancel);
    try {
      return await block;
    } finally {
      ended.abort();
      await renew;
      counting();
      forget();
      over.removeEventListener("abort", cancel);
    }
  }

  /** Cancels a search that has become old. */
  private async renewal(changes: number, started: number, over: AbortSignal, cancel: () => void): Promise<void> {
    const { chain, clock } = this.options;
    while (await pause(IDLE_MILLIS, over)) {
      const age = clock.monotonicMillis() - started;
      const changed = chain.pool.content.changes !== changes;
      if (age > (changed ? RENEW_MILLIS : 2 * RENEW_MILLIS)) {
        cancel();
        return;
      }
    }
  }
}
