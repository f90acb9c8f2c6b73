import { Chain } from "../../../src/chain/index.ts";
import type { Attestation, AttestationRequest, Attestor } from "../../../src/fluxnode/attestors/index.ts";
import {
  AutomaticConfirmation,
  type FluxnodeIdentity,
  KeyAttestor,
  NOT_MEASURED,
} from "../../../src/fluxnode/index.ts";
import { type Clock, createClock, type Log, SILENT_LOG } from "../../../src/platform/index.ts";
import { toHex } from "../../../src/protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../src/protocol/crypto/index.ts";
import { legacyStart, signStart } from "../../../src/protocol/fluxnodes/index.ts";
import { COIN, type OutPoint, type Transaction } from "../../../src/protocol/primitives/index.ts";
import { COINBASE_MATURITY } from "../../../src/protocol/rules/index.ts";
import {
  BlockBuilder,
  BUILDER_KEY,
  BUILDER_SCRIPT,
  BUILDER_SECRET,
  type BuiltBlock,
  outputOf,
} from "../../chain/block-builder.ts";
import { privateNetwork } from "../../chain/private-network.ts";
import { scratchDirectory } from "../../chain/test-store.ts";
import { BENCHMARK_KEY, IP, NODE_KEY } from "./scene.ts";

const NETWORK = privateNetwork({
  heights: { lwma: 2, equihash144: 3, acadia: 4, kamiooka: 5, kamata: 6, flux: 7 },
  benchmarkKey: toHex(publicKeyCreate(BENCHMARK_KEY.secret, BENCHMARK_KEY.compressed)),
});
const builder = new BlockBuilder(NETWORK);
const NODE_PUBLIC_KEY = publicKeyCreate(NODE_KEY.secret, NODE_KEY.compressed);

let base: readonly BuiltBlock[] | undefined;

/** A chain whose tip makes a collateral old enough; made once. */
function baseBlocks(): readonly BuiltBlock[] {
  if (base) return base;
  const blocks = builder.extend(null, 1 + COINBASE_MATURITY);
  const { reward } = blocks[0] as BuiltBlock;
  const output = { value: 10_000n * COIN, script: BUILDER_SCRIPT };
  const parent = blocks.at(-1) as BuiltBlock;
  const funding = builder.pay([reward], [output], parent.height + 1);
  blocks.push(builder.build({ parent, transactions: [funding] }));
  blocks.push(...builder.extend(blocks.at(-1) as BuiltBlock, COINBASE_MATURITY));
  base = blocks;
  return base;
}

/** An attestor that does what the test wants, and remembers when it was asked. */
export class ScriptedAttestor implements Attestor {
  readonly name = "external";
  /** Heights at which it was asked. */
  readonly asked: number[] = [];
  /** How often it worked at once, at most. */
  mostAtOnce = 0;
  private working = 0;
  private readonly scene: ConfirmingChain;
  answer: (request: AttestationRequest) => Promise<Attestation>;

  constructor(scene: ConfirmingChain) {
    this.scene = scene;
    const honest = new KeyAttestor({
      params: NETWORK,
      key: BENCHMARK_KEY,
      ip: IP,
      tier: 1,
      benchmarks: NOT_MEASURED,
    });
    this.answer = (request) => honest.attest(request);
  }

  async attest(request: AttestationRequest): Promise<Attestation> {
    this.asked.push(this.scene.height);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.working);
    try {
      return await this.answer(request);
    } finally {
      this.working--;
    }
  }
}

/** A chain of hand-made blocks with a machine that confirms itself. */
export class ConfirmingChain {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly collateral: OutPoint;
  readonly attestor = new ScriptedAttestor(this);
  /** What was offered to the peers. */
  readonly relayed: Transaction[] = [];
  /** Level, message and fields of what was logged. */
  readonly said: [string, string, unknown][] = [];
  automatic: AutomaticConfirmation;
  private tip: BuiltBlock;

  private constructor(chain: Chain, clock: Clock) {
    this.chain = chain;
    this.clock = clock;
    const blocks = baseBlocks();
    const funding = blocks[COINBASE_MATURITY + 1]?.block.transactions[1] as Transaction;
    this.collateral = outputOf(funding, 0).outpoint;
    this.tip = blocks.at(-1) as BuiltBlock;
    this.automatic = this.watch();
  }

  static async open(): Promise<ConfirmingChain> {
    const blocks = baseBlocks();
    const clock = createClock((blocks.at(-1) as BuiltBlock).entry.time + 60);
    const chain = await Chain.open({ params: NETWORK, directory: scratchDirectory(NETWORK), clock, indexes: false });
    for (const { raw } of blocks) await chain.submitBlock(raw);
    return new ConfirmingChain(chain, clock);
  }

  get height(): number {
    return this.chain.height;
  }

  /** Confirms from now on. By default it looks at every block. */
  watch(random: (limit: number) => number = () => 0, key: FluxnodeIdentity["key"] = NODE_KEY): AutomaticConfirmation {
    const publicKey = publicKeyCreate(key.secret, key.compressed);
    const say = (level: string) => (message: string, fields?: unknown) => this.said.push([level, message, fields]);
    const log = { ...SILENT_LOG, info: say("info"), warn: say("warn"), error: say("error") } as unknown as Log;
    this.automatic = new AutomaticConfirmation({
      chain: this.chain,
      identity: { key, publicKey, collateral: this.collateral },
      attestor: this.attestor,
      relay: (tx) => this.relayed.push(tx),
      log,
      random,
    });
    return this.automatic;
  }

  start(): Transaction {
    const fields = { collateral: this.collateral, publicKey: NODE_PUBLIC_KEY, sigTime: this.clock.now() };
    return signStart(legacyStart(fields, BUILDER_KEY), { secret: BUILDER_SECRET, compressed: true });
  }

  /** Connects a block; does not wait for what follows from it. */
  async block(...transactions: readonly Transaction[]): Promise<BuiltBlock> {
    const built = builder.build({ parent: this.tip, transactions });
    this.clock.setMock(built.entry.time + 60);
    const { reject } = await this.chain.submitBlock(built.raw);
    if (reject) throw new Error(reject.reason);
    this.tip = built;
    return built;
  }

  /** Connects blocks, each after everything that followed from the one before. */
  async grow(count: number, ...first: readonly Transaction[]): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.block(...(i === 0 ? first : []));
      await this.automatic.idle();
    }
  }

  pool(): Transaction[] {
    return this.chain.pool.content.entries().map(({ tx }) => tx);
  }

  status(): Promise<string | undefined> {
    return this.chain.read(({ nodes }) => nodes.find(this.collateral)?.status);
  }

  async close(): Promise<void> {
    await this.automatic.stop();
    await this.chain.close();
  }
}
