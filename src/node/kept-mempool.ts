import type { Chain } from "../chain/index.ts";
import type { DataDirectory, Log } from "../platform/index.ts";
import { loadMempool, saveMempool } from "./mempool-file.ts";

/** The memory pool over restarts: read in the background after the start, written at the end. Trouble with it stops nobody. */
export class KeptMempool {
  private readonly chain: Chain;
  private readonly directory: DataDirectory;
  private readonly log: Log;
  private readonly interruption = new AbortController();
  private readonly loading: Promise<boolean>;

  constructor(chain: Chain, directory: DataDirectory, log: Log) {
    this.chain = chain;
    this.directory = directory;
    this.log = log;
    this.loading = this.load();
  }

  /** Resolves to false if the file was not read to its end, so that it must not be replaced. */
  private async load(): Promise<boolean> {
    try {
      const outcome = await loadMempool(this.chain, this.directory, this.interruption.signal);
      if (outcome) this.log.info("loaded", { accepted: outcome.accepted, refused: outcome.refused });
      return outcome?.complete ?? true;
    } catch (error) {
      this.log.warn("the memory pool of the last run cannot be used", { error: String(error) });
      return true;
    }
  }

  /** Writes the pool; a file that was still being read stays as it is. */
  async end(): Promise<void> {
    this.interruption.abort();
    if (!(await this.loading)) return;
    try {
      await saveMempool(this.chain, this.directory);
    } catch (error) {
      this.log.warn("the memory pool is not kept", { error: String(error) });
    }
  }
}
