import { expect } from "bun:test";
import type { Chain } from "../../src/chain/index.ts";
import type { DataDirectory } from "../../src/platform/index.ts";
import { equalBytes } from "../../src/protocol/bytes/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { BlockBuilder, type BlockPlan, type BuiltBlock } from "./block-builder.ts";
import { stateSnapshot } from "./state-snapshot.ts";
import { openTestChain, scratchDirectory } from "./test-store.ts";

/** A chain that grows by hand-made blocks. */
export class TestBench {
  readonly builder: BlockBuilder;
  readonly directory: DataDirectory;
  tip: BuiltBlock | null = null;
  chain: Chain;
  private refused = 0;

  private constructor(params: NetworkParams, directory: DataDirectory, chain: Chain) {
    this.builder = new BlockBuilder(params);
    this.directory = directory;
    this.chain = chain;
  }

  /** A chain of `height` blocks without transactions. */
  static async start(params: NetworkParams, height: number): Promise<TestBench> {
    const directory = scratchDirectory(params);
    const bench = new TestBench(params, directory, await openTestChain(params, directory));
    await bench.grow(height);
    return bench;
  }

  get params(): NetworkParams {
    return this.builder.params;
  }

  /** Height of the next block. */
  get nextHeight(): number {
    return (this.tip?.height ?? 0) + 1;
  }

  private plan(plan: Omit<BlockPlan, "parent">): BuiltBlock {
    return this.builder.build({ parent: this.tip, ...plan });
  }

  /** Hands in a block on the tip; it has to be accepted. Taking it off again and putting it back has to leave everything as it was. */
  async accept(plan: Omit<BlockPlan, "parent"> = {}): Promise<BuiltBlock> {
    const built = this.plan(plan);
    const before = await stateSnapshot(this.chain, this.directory);
    const { reject } = await this.chain.submitBlock(built.raw);
    expect(reject).toBeNull();
    const after = await stateSnapshot(this.chain, this.directory);
    expect(await this.chain.invalidateBlock(built.entry.hash)).toBe(true);
    expect(await stateSnapshot(this.chain, this.directory)).toEqual(before);
    await this.chain.reconsiderBlock(built.entry.hash);
    expect(await stateSnapshot(this.chain, this.directory)).toEqual(after);
    expect(equalBytes(this.chain.tipHash, built.entry.hash)).toBe(true);
    this.tip = built;
    return built;
  }

  /** Hands in a block on the tip; it has to be refused for this reason and change nothing. */
  async refuse(reason: string, plan: Omit<BlockPlan, "parent">): Promise<void> {
    const before = await stateSnapshot(this.chain, this.directory);
    // Never the same block twice, because it would only be told to be known.
    const extra = Uint8Array.of(0xee, this.refused++);
    const { reject } = await this.chain.submitBlock(this.plan({ extra, ...plan }).raw);
    expect(reject?.reason).toBe(reason);
    expect(await stateSnapshot(this.chain, this.directory)).toEqual(before);
  }

  /** Adds blocks without transactions. */
  async grow(count: number): Promise<BuiltBlock[]> {
    const blocks = this.builder.extend(this.tip, count);
    for (const { raw } of blocks) expect((await this.chain.submitBlock(raw)).reject).toBeNull();
    this.tip = blocks.at(-1) ?? this.tip;
    return blocks;
  }

  /** Takes the tip off for good. */
  async takeOff(to: BuiltBlock): Promise<void> {
    await this.chain.invalidateBlock((this.tip as BuiltBlock).entry.hash);
    expect(equalBytes(this.chain.tipHash, to.entry.hash)).toBe(true);
    this.tip = to;
  }

  /** Closes the chain, lets something happen to its files, and opens it again. */
  async reopen(meanwhile: () => void = () => undefined): Promise<void> {
    await this.chain.close();
    meanwhile();
    this.chain = await openTestChain(this.params, this.directory);
  }
}
