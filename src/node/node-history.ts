import { type Chain, HistoryValidation, type SnapshotStanding, snapshotRefuted } from "../chain/index.ts";
import type { HistoryDownload } from "../p2p/index.ts";
import {
  type Clock,
  type DataDirectory,
  ensureDirectory,
  type FluxError,
  type Log,
  removeDirectory,
} from "../platform/index.ts";
import type { Block } from "../protocol/primitives/index.ts";
import type { Reject } from "../protocol/rules/index.ts";
import { WorkPace } from "./work-pace.ts";

/** Where the second chain lies in the folder of the network. */
export const HISTORY_FOLDER = "history";

/** Half of the time goes into old blocks at most. */
const SHARE = 0.5;

/** Between two lines in the log. */
const REPORT_MILLIS = 60_000;

export interface NodeHistoryOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly directory: Pick<DataDirectory, "file">;
  readonly download: Pick<HistoryDownload, "begin" | "end">;
  readonly log: Log;
  /** Called once, when the snapshot turned out to be wrong. */
  readonly onRefuted: (error: FluxError) => void;
}

/** What a node tells of the snapshot that it began with. */
export interface HistoryProgress extends SnapshotStanding {
  /** Blocks below are validated up to here; null while that is not known. */
  readonly validatedHeight: number | null;
}

/** Validates the history below a snapshot while the node runs: gets the blocks, paces the work and draws the conclusion. */
export class NodeHistory {
  private readonly options: NodeHistoryOptions;
  private readonly folder: string;
  private readonly pace = new WorkPace(SHARE);
  private readonly ending = new AbortController();
  private validation: HistoryValidation | null = null;
  private work: Promise<void>;
  private judging: Promise<unknown> = Promise.resolve();
  private reportedAt = 0;

  constructor(options: NodeHistoryOptions) {
    this.options = options;
    this.folder = options.directory.file(HISTORY_FOLDER);
    this.work = this.guarded(() => this.begin());
  }

  /** Null for a chain from genesis. */
  get progress(): HistoryProgress | null {
    const { standing } = this.options.chain.history;
    if (!standing) return null;
    return { ...standing, validatedHeight: standing.validated ? standing.height : (this.validation?.height ?? null) };
  }

  /** Ends the work where it is; the next start goes on there. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.options.download.end();
    await this.work;
    // The block that is at hand is kept, too; its failure is told to whoever brought it.
    await Promise.allSettled([this.judging]);
    await this.closeSecond();
  }

  private get ended(): boolean {
    return this.ending.signal.aborted;
  }

  private async closeSecond(): Promise<void> {
    const { validation } = this;
    this.validation = null;
    await validation?.close();
  }

  /** Trouble here leaves the node as it is: a chain that is not validated. */
  private async guarded(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (this.ended) return;
      const hint = `the node goes on without; the next start tries again. If that fails, too, remove ${this.folder}`;
      this.options.log.error("the history cannot be validated", { error: String(error), hint });
    }
  }

  private async begin(): Promise<void> {
    const { chain, log, download } = this.options;
    const { standing, hashes } = chain.history;
    if (!standing) return;
    if (standing.validated) {
      removeDirectory(this.folder);
      return;
    }
    if (!hashes) {
      log.warn("the snapshot was loaded by an earlier version, which did not note what to compare: load it again");
      return;
    }
    const validation = await this.open();
    this.validation = validation;
    if (this.ended) return;
    log.info("validating the history below the snapshot", { height: validation.height, snapshot: standing.height });
    download.begin({
      first: validation.firstWanted,
      last: validation.target,
      take: (block) => this.take(validation, block),
      done: () => {
        this.work = this.guarded(() => this.conclude(validation));
      },
      failed: (error) => void this.guarded(() => Promise.reject(error)),
    });
  }

  private async open(): Promise<HistoryValidation> {
    const { chain, clock } = this.options;
    const directory = { file: (name: string) => `${this.folder}/${name}` };
    for (;;) {
      ensureDirectory(this.folder);
      const validation = await HistoryValidation.open({ chain, clock, directory });
      if (validation) return validation;
      removeDirectory(this.folder);
    }
  }

  private async take(validation: HistoryValidation, block: Block): Promise<Reject | null> {
    const { clock } = this.options;
    const before = clock.monotonicMillis();
    const judged = validation.submit(block);
    this.judging = judged;
    const verdict = await judged;
    if (verdict.kind === "refuted") await this.refute(verdict.problem);
    const after = clock.monotonicMillis();
    this.report(validation, after);
    await this.pace.after(after - before);
    return verdict.kind === "copy" ? verdict.reject : null;
  }

  private report({ height, target }: HistoryValidation, now: number): void {
    if (now - this.reportedAt < REPORT_MILLIS) return;
    this.reportedAt = now;
    this.options.log.info("history validated", { height, snapshot: target });
  }

  private async conclude(validation: HistoryValidation): Promise<void> {
    const { chain, log } = this.options;
    const { hashes } = chain.history;
    if (!hashes) return;
    const problem = await validation.compare(hashes, this.ending.signal);
    if (problem !== null) {
      await this.refute(problem);
      return;
    }
    await chain.history.noteValidated();
    await this.closeSecond();
    removeDirectory(this.folder);
    log.info("the history is validated: it leads to the snapshot", { height: validation.target });
  }

  private async refute(problem: string): Promise<void> {
    const { chain, download, log, onRefuted } = this.options;
    download.end();
    await chain.history.noteRefuted(problem);
    const error = snapshotRefuted(chain.path, problem);
    log.error(error.message, { hint: error.hint });
    onRefuted(error);
  }
}
