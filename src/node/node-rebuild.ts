import type { Chain } from "../chain/index.ts";
import type { Log } from "../platform/index.ts";

export interface NodeRebuildOptions {
  readonly chain: Chain;
  /** What would fetch the same blocks. */
  readonly download: { held: boolean };
  readonly log: Log;
  readonly onFailure: (error: unknown) => void;
}

/** Builds the chain from the stored blocks when chain.db is gone, before any is downloaded. */
export class NodeRebuild {
  private readonly options: NodeRebuildOptions;
  private readonly ending = new AbortController();
  private readonly work: Promise<void>;

  constructor(options: NodeRebuildOptions) {
    this.options = options;
    this.work = options.chain.storedBlocks.pending ? this.run() : Promise.resolve();
  }

  private async run(): Promise<void> {
    const { chain, download, log, onFailure } = this.options;
    const { storedBlocks } = chain;
    const before = chain.height;
    download.held = true;
    log.warn("there are blocks without the chain that they belong to: building it from them", {
      blocks: storedBlocks.count,
      height: before,
    });
    try {
      const blocks = await storedBlocks.judge(this.ending.signal);
      if (this.ending.signal.aborted) return;
      log.info("the chain is built from the stored blocks", { blocks, height: chain.height });
      if (chain.height === before) log.warn("none of them follows the chain: what is missing is downloaded");
    } catch (error) {
      if (!this.ending.signal.aborted) onFailure(error);
    } finally {
      download.held = false;
    }
  }

  /** Ends the work where it is; the next start goes on there. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.work;
  }
}
