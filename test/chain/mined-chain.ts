import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Chain, generateBlock, type PlacedBlock, PonMinter } from "../../src/chain/index.ts";
import { type Clock, createClock, SILENT_LOG } from "../../src/platform/index.ts";
import { publicKeyCreate } from "../../src/protocol/crypto/index.ts";
import {
  attestConfirm,
  legacyStart,
  signConfirm,
  signStart,
  type Tier,
  tierName,
  unsignedConfirm,
  upgradedStart,
} from "../../src/protocol/fluxnodes/index.ts";
import { type NetworkParams, parseNetworkFile } from "../../src/protocol/params/index.ts";
import {
  type Block,
  COIN,
  type OutPoint,
  type Transaction,
  type TxOutput,
} from "../../src/protocol/primitives/index.ts";
import { keyDestination, scriptForDestination } from "../../src/protocol/script/index.ts";
import { BlockBuilder, BUILDER_SCRIPT } from "./block-builder.ts";
import { scratchDirectory } from "./test-store.ts";
import { TimeOfSeveral } from "./time-of-several.ts";

const POW_SPACING = 120;
/** The file's benchmark key. */
const BENCHMARK_KEY = { secret: new Uint8Array(32).fill(9), compressed: false };

/** Every upgrade within 420 blocks, Equihash (48,5) and (96,5), targets that have to be met. */
export const MINED_NETWORK: NetworkParams = parseNetworkFile(
  JSON.parse(readFileSync(join(import.meta.dir, "mined-network.json"), "utf8")),
);

/** Collateral in coins, before and after the transition. */
const AMOUNTS: Readonly<Record<Tier, readonly [bigint, bigint]>> = {
  1: [10_000n, 1_000n],
  2: [25_000n, 12_500n],
  3: [100_000n, 40_000n],
};

/** A fluxnode of these tests: an owner who is paid and a machine that confirms and mints. */
export class TestNode {
  readonly name: string;
  readonly tier: Tier;
  readonly owner: { readonly secret: Uint8Array; readonly compressed: true };
  readonly machine: { readonly secret: Uint8Array; readonly compressed: true };
  readonly script: Uint8Array;
  ip: string;
  /** The old one and the new one, once they are paid for. */
  collaterals: readonly OutPoint[] = [];
  /** Which of them counts. */
  generation: 0 | 1 = 0;

  constructor(number: number, tier: Tier) {
    this.name = `${tierName(tier)}-${number}`;
    this.tier = tier;
    this.owner = { secret: new Uint8Array(32).fill(0x40 + number), compressed: true };
    this.machine = { secret: new Uint8Array(32).fill(0x60 + number), compressed: true };
    this.script = scriptForDestination(keyDestination(publicKeyCreate(this.owner.secret, true)));
    this.ip = `10.0.0.${number}`;
  }

  get collateral(): OutPoint {
    const collateral = this.collaterals[this.generation];
    if (!collateral) throw new Error(`${this.name} has no collateral yet`);
    return collateral;
  }

  /** What its owner needs for both collaterals. */
  get outputs(): TxOutput[] {
    return AMOUNTS[this.tier].map((coins) => ({ value: coins * COIN, script: this.script }));
  }

  start(sigTime: number, version: 5 | 6): Transaction {
    const owner = publicKeyCreate(this.owner.secret, true);
    const fields = {
      collateral: this.collateral,
      publicKey: publicKeyCreate(this.machine.secret, true),
      sigTime,
    };
    const start = version === 5 ? legacyStart(fields, owner) : upgradedStart(fields, { kind: "key", publicKey: owner });
    return signStart(start, this.owner);
  }

  confirm(sigTime: number, update: boolean): Transaction {
    const kind = update ? "update" : "initial";
    const confirm = unsignedConfirm({ collateral: this.collateral, kind, sigTime });
    const result = { tier: this.tier, sigTime, ip: this.ip };
    return attestConfirm(signConfirm(confirm, this.machine), result, BENCHMARK_KEY);
  }
}

/** A chain that nobody but this program makes blocks for. */
export class MinedChain {
  readonly chain: Chain;
  readonly clock: Clock;
  /** In the order of their heights, from 1. */
  readonly blocks: PlacedBlock[] = [];
  readonly builder = new BlockBuilder(MINED_NETWORK);

  private constructor(chain: Chain, clock: Clock) {
    this.chain = chain;
    this.clock = clock;
    chain.onTip(({ connected }) => {
      if (connected) this.blocks.push(connected);
    });
  }

  static async open(): Promise<MinedChain> {
    const clock = createClock(MINED_NETWORK.genesisTime + POW_SPACING);
    const directory = scratchDirectory(MINED_NETWORK);
    return new MinedChain(await Chain.open({ params: MINED_NETWORK, directory, clock, indexes: false }), clock);
  }

  get height(): number {
    return this.chain.height;
  }

  blockAt(height: number): Block {
    return (this.blocks[height - 1] as PlacedBlock).block;
  }

  coinbaseAt(height: number): Transaction {
    return this.blockAt(height).transactions[0] as Transaction;
  }

  /** Mines by proof of work up to a height. */
  async mineTo(height: number): Promise<void> {
    while (this.height < height) {
      this.clock.setMock(this.clock.now() + POW_SPACING);
      const { chain, clock } = this;
      await generateBlock({ chain, now: () => clock.now(), producerScript: BUILDER_SCRIPT, threads: 1 });
    }
  }

  /** Hands transactions to the pool, which must take them, in order. */
  async send(...transactions: readonly Transaction[]): Promise<void> {
    for (const tx of transactions) {
      const outcome = await this.chain.pool.accept(tx);
      if (outcome.kind === "accepted") continue;
      throw new Error(`refused at height ${this.height}: ${JSON.stringify(outcome)}`);
    }
  }

  /** Pays for the collaterals of nodes out of the first block's coinbase. */
  async fund(nodes: readonly TestNode[]): Promise<void> {
    const coinbase = this.coinbaseAt(1);
    const [reward] = coinbase.outputs as [TxOutput];
    const outputs = nodes.flatMap((node) => node.outputs);
    const change = outputs.reduce((rest, { value }) => rest - value, reward.value - 1000n);
    const spent = [{ outpoint: { txid: coinbase.txid, index: 0 }, output: reward }];
    const tx = this.builder.pay(spent, [...outputs, { value: change, script: BUILDER_SCRIPT }], this.height + 1);
    nodes.forEach((node, i) => {
      node.collaterals = [2 * i, 2 * i + 1].map((index) => ({ txid: tx.txid, index }));
    });
    await this.send(tx);
  }

  status(node: TestNode): Promise<string> {
    return this.chain.read(({ nodes }) => nodes.find(node.collateral)?.status ?? "none");
  }

  statuses(nodes: readonly TestNode[]): Promise<string[]> {
    return Promise.all(nodes.map((node) => this.status(node)));
  }

  /** The names of the nodes that a block pays, by tier; "" where it pays none. */
  paidBy(height: number, nodes: readonly TestNode[]): readonly [string, string, string] {
    const coinbase = this.coinbaseAt(height);
    const paid = nodes.filter(({ script }) =>
      coinbase.outputs.some((output) => Buffer.compare(output.script, script) === 0),
    );
    const nameOf = (tier: Tier) => paid.find((node) => node.tier === tier)?.name ?? "";
    return [nameOf(1), nameOf(2), nameOf(3)];
  }

  /** Lets nodes mint until the chain has a height, on a clock of their own. Returns the name of each block's producer. */
  async mintTo(height: number, nodes: readonly TestNode[]): Promise<string[]> {
    const time = new TimeOfSeveral(this.clock);
    const from = this.height;
    const minters = nodes.map(
      ({ machine: key, collateral }) =>
        new PonMinter({
          chain: this.chain,
          clock: this.clock,
          key,
          collateral,
          connections: () => 0,
          log: SILENT_LOG,
          pause: time.pause,
        }),
    );
    const runs = minters.map((minter) => minter.run());
    await time.runUntil(minters.length, () => this.height >= height);
    for (const minter of minters) minter.stop();
    await Promise.all(runs);
    return this.blocks.slice(from).map(({ block }) => this.producerOf(block.header.proof, nodes));
  }

  private producerOf(proof: PlacedBlock["block"]["header"]["proof"], nodes: readonly TestNode[]): string {
    if (proof.kind !== "pon") return "a miner";
    const { txid, index } = proof.collateral;
    const node = nodes.find(
      ({ collateral }) => collateral.index === index && Buffer.compare(collateral.txid, txid) === 0,
    );
    return node?.name ?? "a stranger";
  }
}
