import {
  type Chain,
  generateBlock,
  type KnownWork,
  PonMinter,
  PowMiner,
  SolutionRate,
  type Work,
  WorkTemplates,
} from "../chain/index.ts";
import type { FluxnodeIdentity } from "../fluxnode/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { type Clock, type DataDirectory, type Log, processorCount } from "../platform/index.ts";
import type { RpcMining } from "../server/rpc/index.ts";
import { addressScript, payoutScript } from "./payout-key.ts";

export interface NodeMiningOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly directory: DataDirectory;
  readonly settings: Pick<Settings, "mine" | "mineAddress" | "mineThreads">;
  /** Null for a machine that is no fluxnode. */
  readonly fluxnode: FluxnodeIdentity | null;
  readonly connections: () => number;
  readonly log: Log;
}

/** What the reference takes header and coinbase to need in a block. */
const RESERVED_SIZE = 1000;
const ALL_PROCESSORS = -1;

/** Block production of a node: work for miners elsewhere, its own miner, and its minter if it is a fluxnode. */
export class NodeMining implements RpcMining {
  threads = ALL_PROCESSORS;
  private readonly options: NodeMiningOptions;
  private readonly work: WorkTemplates;
  private readonly rate: SolutionRate;
  private readonly ending = new AbortController();
  private miner: PowMiner | null = null;
  private minter: { readonly instance: PonMinter; readonly ended: Promise<void> } | null = null;
  private script: Uint8Array | null = null;

  /** @throws FluxError mine-address-invalid (kind "usage") */
  constructor(options: NodeMiningOptions) {
    this.options = options;
    const { chain, clock, settings } = options;
    if (settings.mineAddress !== undefined) this.script = addressScript(settings.mineAddress, chain.params);
    this.rate = new SolutionRate(clock);
    this.work = new WorkTemplates(chain, clock, () => this.producerScript());
    this.minter = this.startMinter();
    if (settings.mine) this.startMiner(settings.mineThreads ?? ALL_PROCESSORS);
  }

  get lastBlock(): RpcMining["lastBlock"] {
    const template = this.work.latest;
    if (!template) return { size: 0, transactions: 0 };
    const { transactions } = template;
    return {
      size: transactions.reduce((size, { tx }) => size + tx.raw.length, RESERVED_SIZE),
      transactions: transactions.length,
    };
  }

  get localSolutionsPerSecond(): number {
    return this.rate.perSecond;
  }

  get generating(): boolean {
    return this.miner !== null;
  }

  get ponMinter(): boolean {
    return this.minter !== null;
  }

  get latestChanges(): number {
    return this.options.chain.pool.content.changes;
  }

  currentWork(): Promise<Work> {
    return this.work.current();
  }

  waitForNews(known: KnownWork): Promise<boolean> {
    return this.work.waitForNews(known, this.ending.signal);
  }

  async setGenerating(on: boolean, threads: number): Promise<void> {
    await this.stopMiner();
    this.threads = threads;
    if (on && !this.ending.signal.aborted) this.startMiner(threads);
  }

  generateBlock(): Promise<Uint8Array> {
    const { chain, clock } = this.options;
    const producerScript = this.producerScript();
    return generateBlock({ chain, now: () => clock.now(), producerScript, threads: processorCount() });
  }

  /** Ends everything that makes blocks. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.minter?.instance.stop();
    await Promise.all([this.stopMiner(), this.minter?.ended]);
  }

  private producerScript(): Uint8Array {
    const { settings, directory, chain } = this.options;
    this.script ??= payoutScript(settings.mineAddress, directory, chain.params);
    return this.script;
  }

  private startMiner(threads: number): void {
    const { chain, clock, connections, log } = this.options;
    this.threads = threads;
    this.miner = new PowMiner({
      chain,
      clock,
      work: this.work,
      threads: threads > 0 ? threads : processorCount(),
      connections,
      rate: this.rate,
      log: log.part("miner"),
    });
  }

  private async stopMiner(): Promise<void> {
    const { miner } = this;
    this.miner = null;
    await miner?.stop();
  }

  /** The minter of a fluxnode; null for a machine that is none. */
  private startMinter() {
    const { chain, clock, connections, log, fluxnode } = this.options;
    if (!fluxnode) return null;
    const { key, collateral } = fluxnode;
    const instance = new PonMinter({ chain, clock, key, collateral, connections, log: log.part("minter") });
    return { instance, ended: instance.run() };
  }
}
