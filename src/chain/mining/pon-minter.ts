import type { Clock, Log } from "../../platform/index.ts";
import { equalBytes, toDisplayHash } from "../../protocol/bytes/index.ts";
import { ecdsaSign, publicKeyCreate } from "../../protocol/crypto/index.ts";
import { isPonHeight } from "../../protocol/params/index.ts";
import { formatOutPoint, makeHeader, type OutPoint, type PrivateKey } from "../../protocol/primitives/index.ts";
import { ponSlot } from "../../protocol/rules/index.ts";
import { completeBlock } from "./block-template.ts";
import type { MiningChain } from "./mining-chain.ts";
import { pause } from "./pause.ts";
import { eligibleNodes, rankOf } from "./pon-rank.ts";

export interface PonMinterOptions {
  readonly chain: MiningChain;
  readonly clock: Clock;
  /** Of the node's START. */
  readonly key: PrivateKey;
  readonly collateral: OutPoint;
  readonly connections: () => number;
  readonly log: Log;
  /** Waits, false if the signal ended it; for tests with a clock of their own. */
  readonly pause?: (millis: number, signal: AbortSignal) => Promise<boolean>;
}

/** What became of one look at the clock. */
export type MintingAttempt =
  /** Nothing is known of the slot yet: look again soon. */
  | "waiting"
  /** The slot was used up. */
  | "not-eligible"
  | "too-late"
  | "failed"
  | "minted";

const LOOK_MILLIS = 1000;
/** A tip this young, in seconds, may be on its way to others. */
const TIP_REST_SECONDS = 5;
const RANK_MILLIS = 4000;

/**
 * Makes blocks by Proof of Node for one confirmed node: rank by rank the nodes with a good lot wait for those before them (spec
 * pon.md section 12). Whatever fails, it goes on with the next slot.
 */
export class PonMinter {
  private readonly options: PonMinterOptions;
  private readonly publicKey: Uint8Array;
  private readonly ending = new AbortController();
  private readonly pause: (millis: number, signal: AbortSignal) => Promise<boolean>;
  private lastSlot = -1;
  private warned = "";

  constructor(options: PonMinterOptions) {
    this.options = options;
    this.publicKey = publicKeyCreate(options.key.secret, options.key.compressed);
    this.pause = options.pause ?? pause;
  }

  /** Looks every second until {@link stop} is called. */
  async run(): Promise<void> {
    const { log, collateral } = this.options;
    log.info("minting", { node: formatOutPoint(collateral) });
    do {
      try {
        await this.attempt();
      } catch (error) {
        log.error("minting failed, going on with the next slot", { error: String(error) });
      }
    } while (await this.pause(LOOK_MILLIS, this.ending.signal));
    log.info("minting ended");
  }

  stop(): void {
    this.ending.abort();
  }

  /** Looks at the clock and makes a block if it is this node's turn. */
  async attempt(): Promise<MintingAttempt> {
    const { chain, clock, collateral } = this.options;
    const { params } = chain;
    if (!this.isReady()) return "waiting";
    const now = clock.now();
    const slot = ponSlot(now, params);
    if (slot <= this.lastSlot) return "waiting";
    const look = await chain.read(({ tip, nodes }) => {
      const record = nodes.find(collateral);
      const usable = record?.status === "confirmed" && isPonHeight(params, tip.height + 1);
      if (!record || !usable || now - tip.time < TIP_REST_SECONDS) return null;
      const rank = rankOf(collateral, eligibleNodes(nodes, tip, slot, params));
      return { tip, rank, publicKey: record.publicKey };
    });
    if (!look) return "waiting";
    if (!equalBytes(look.publicKey, this.publicKey)) {
      this.warn("the fluxnode key is not the one that the node was started with");
      return "waiting";
    }
    this.lastSlot = slot;
    if (look.rank === null) return "not-eligible";
    if (!(await this.pause(look.rank * RANK_MILLIS, this.ending.signal))) return "too-late";
    const time = clock.now();
    if (ponSlot(time, params) !== slot || !equalBytes(chain.tipHash, look.tip.hash)) return "too-late";
    return this.mint(time);
  }

  private isReady(): boolean {
    const { chain, connections } = this.options;
    return !chain.params.miningRequiresPeers || (connections() > 0 && !chain.view.initialDownload);
  }

  private async mint(time: number): Promise<MintingAttempt> {
    const { chain, key, collateral, log } = this.options;
    const template = await chain.blockTemplate({ producerScript: chain.params.devFundScript, collateral, time });
    const { hash } = makeHeader(template.header);
    const block = completeBlock(template, template.header, {
      kind: "pon",
      collateral,
      signature: ecdsaSign(hash, key.secret),
    });
    if (!equalBytes(chain.tipHash, block.header.prevHash)) return "too-late";
    const { reject } = await chain.submitBlock(block);
    const made = { height: template.height, hash: toDisplayHash(hash) };
    if (reject) {
      log.warn("own block was refused", { ...made, reason: reject.reason });
      return "failed";
    }
    log.info("block made", made);
    return "minted";
  }

  /** Says something once. */
  private warn(text: string): void {
    if (text === this.warned) return;
    this.warned = text;
    this.options.log.warn(text, { node: formatOutPoint(this.options.collateral) });
  }
}
