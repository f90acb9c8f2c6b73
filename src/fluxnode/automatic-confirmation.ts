import type { Chain, ChainReader } from "../chain/index.ts";
import { type Log, randomBelow } from "../platform/index.ts";
import { toDisplayHash } from "../protocol/bytes/index.ts";
import { type ConfirmationKind, type FluxnodeRecord, minReconfirmDistance } from "../protocol/fluxnodes/index.ts";
import { formatOutPoint, type Transaction } from "../protocol/primitives/index.ts";
import { type Confirmation, type ConfirmationOptions, confirmFluxnode } from "./confirmation.ts";

export interface AutomaticConfirmationOptions extends ConfirmationOptions {
  readonly chain: Pick<Chain, "read" | "pool" | "adjustedTime" | "onTip" | "view">;
  readonly log: Log;
  /** A whole number from 0 up to, not including, the limit; for tests. */
  readonly random?: (limit: number) => number;
}

/** Blocks between two looks: 1 to 4 at first, then 1 to 6. */
const FIRST_PAUSE = 4;
const PAUSE = 6;
/** An initial confirmation is tried again when more blocks than this have passed. */
const RETRY_DISTANCE = 3;

/**
 * Confirms this machine when it was started, and again whenever it is time (spec fluxnodes.md section 16). It only listens to the
 * chain: a slow attestor delays no block, and no second attempt begins beside one.
 */
export class AutomaticConfirmation {
  private readonly options: AutomaticConfirmationOptions;
  private readonly random: (limit: number) => number;
  private readonly unlisten: () => void;
  private blocksToWait: number;
  private lastAttempt = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | null = null;
  private ended = false;
  private said = "";
  private seen: FluxnodeRecord["status"] | null = null;

  constructor(options: AutomaticConfirmationOptions) {
    this.options = options;
    this.random = options.random ?? randomBelow;
    this.blocksToWait = 1 + this.random(FIRST_PAUSE);
    this.unlisten = options.chain.onTip(({ connected }) => {
      if (connected) this.blockCame();
    });
  }

  /** Resolves when no attempt is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Ends it; resolves when what runs has ended. */
  stop(): Promise<void> {
    this.ended = true;
    this.unlisten();
    return this.idle();
  }

  private blockCame(): void {
    if (this.options.chain.view.initialDownload || this.running || --this.blocksToWait > 0) return;
    this.blocksToWait = 1 + this.random(PAUSE);
    this.running = this.look()
      .catch((error: unknown) => this.options.log.error("the confirmation failed", { error: String(error) }))
      .finally(() => {
        this.running = null;
      });
  }

  private async look(): Promise<void> {
    const { chain, relay } = this.options;
    const due = await chain.read((reader) => this.due(reader));
    if (due === null || this.ended) return;
    if (typeof due !== "string") {
      relay(due);
      return;
    }
    this.lastAttempt = chain.view.tip.height;
    this.tell(due, await confirmFluxnode(due, this.options));
  }

  /** What is to be sent: a new CONFIRM, or once more the one that waits in the pool. */
  private due({ tip, nodes, mempool, params }: ChainReader): ConfirmationKind | Transaction | null {
    const { collateral } = this.options.identity;
    const record = nodes.find(collateral);
    this.tellOfLoss(record?.status ?? null);
    if (record?.status === "started") {
      const waiting = mempool.ofCollateral(collateral);
      if (waiting) return waiting.tx;
      return tip.height - this.lastAttempt > RETRY_DISTANCE ? "initial" : null;
    }
    if (record?.status !== "confirmed") return null;
    return tip.height - record.lastConfirmed > minReconfirmDistance(tip.height, params) ? "update" : null;
  }

  /** A fluxnode that left the list earns nothing until somebody starts it again, which nothing else would tell. */
  private tellOfLoss(status: FluxnodeRecord["status"] | null): void {
    const { seen } = this;
    this.seen = status;
    if (status === seen) return;
    const { log, identity } = this.options;
    const node = formatOutPoint(identity.collateral);
    if (status === "dos") {
      log.warn("this fluxnode was started, and not confirmed in time: it is blocked for some hours", {
        node,
        fix: "find out why it was not confirmed, and start it again then; `fluxnode node status` says when",
      });
    } else if (status === null && seen !== null) {
      log.warn("the chain does not list this fluxnode any more: it is not paid", {
        node,
        fix: "start it again with the key of its collateral, unless that was spent",
      });
    }
  }

  /** Success each time, a failure once until something else happens. */
  private tell(due: ConfirmationKind, confirmation: Confirmation): void {
    const { log, identity, attestor } = this.options;
    if (confirmation.kind === "sent") {
      this.said = "";
      log.info("confirmation sent", { kind: due, txid: toDisplayHash(confirmation.tx.txid) });
      return;
    }
    const cause = confirmation.cause || "fluxnode-key is not the key that the START named";
    if (cause === this.said) return;
    this.said = cause;
    log.warn("this fluxnode cannot be confirmed, trying again with the next blocks", {
      node: formatOutPoint(identity.collateral),
      kind: due,
      attestor: attestor.name,
      cause,
      fix: confirmation.kind === "unattested" ? confirmation.fix : undefined,
    });
  }
}
