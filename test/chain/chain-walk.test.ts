import { afterEach, beforeAll, expect, test } from "bun:test";
import { cpSync, readdirSync } from "node:fs";
import fc from "fast-check";
import type { Chain, ChainReader } from "../../src/chain/index.ts";
import { type DataDirectory, nextTurn } from "../../src/platform/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { publicKeyCreate } from "../../src/protocol/crypto/index.ts";
import { COIN, makeTransaction, type Transaction } from "../../src/protocol/primitives/index.ts";
import { blockSubsidy } from "../../src/protocol/rules/index.ts";
import { keyDestination, scriptForDestination } from "../../src/protocol/script/index.ts";
import { BlockBuilder, BUILDER_SCRIPT, type BuiltBlock, outputOf } from "./block-builder.ts";
import { privateNetwork } from "./private-network.ts";
import { type IndexSubjects, indexAnswers, stateSnapshot, subjectsOf } from "./state-snapshot.ts";
import { connectAll, openTestChain, removeScratchFolders, scratchDirectory, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const params = privateNetwork({ heights: { lwma: 2, acadia: 3, kamiooka: 5 } });
const builder = new BlockBuilder(params);
const BASE = 130;

/** A block of the tree, with what the rules say of it. */
interface TreeBlock extends BuiltBlock {
  readonly hash: string;
  /** Position in the tree; null stands for the end of the base. */
  readonly parent: number | null;
  /** Breaks a rule that only connecting it shows. */
  readonly bad: boolean;
}

let base: BuiltBlock[] = [];
const tree: TreeBlock[] = [];
const transactions: Transaction[] = [];
let subjects: IndexSubjects;

const otherScript = scriptForDestination(keyDestination(publicKeyCreate(new Uint8Array(32).fill(8), true)));

/** The transaction with one bit of its signature changed. */
function forged(tx: Transaction): Transaction {
  const inputs = tx.inputs.map((input) => {
    const scriptSig = input.scriptSig.slice();
    const end = scriptSig[0] as number;
    scriptSig[end - 1] = (scriptSig[end - 1] as number) ^ 1;
    return { ...input, scriptSig };
  });
  return makeTransaction({ ...tx, inputs });
}

/** Adds a block to the tree and returns its position. */
function grow(
  parent: number | null,
  txs: readonly Transaction[],
  defect: "amount" | "signature" | null = null,
): number {
  const below = parent === null ? (base.at(-1) as BuiltBlock) : (tree[parent] as TreeBlock);
  const height = below.height + 1;
  // More than all fees together.
  const surplus = defect === "amount" ? COIN : 0n;
  const [first, ...others] = txs;
  const body = defect === "signature" && first ? [forged(first), ...others] : txs;
  const built = builder.build({
    parent: below,
    transactions: body,
    coinbase: [{ value: blockSubsidy(height, params) + surplus, script: BUILDER_SCRIPT }],
    extra: Uint8Array.of(tree.length + 1),
  });
  tree.push({ ...built, hash: toDisplayHash(built.block.header.hash), parent, bad: defect !== null });
  return tree.length - 1;
}

/**
 * Branches from one point: some hold the same transactions in other places, some spend the same outputs otherwise, some spend what an
 * earlier block of their own made, some are bad in their midst.
 */
beforeAll(() => {
  base = builder.extend(null, BASE);
  const reward = (i: number) => (base[i] as BuiltBlock).reward;
  const height = BASE + 1;
  const moves = [0, 1, 2, 3, 4, 5].map((i) => builder.move(reward(i), height, 1000n * BigInt(i)));
  const [a, b, c, d, e, f] = moves as [Transaction, Transaction, Transaction, Transaction, Transaction, Transaction];
  const split = builder.pay(
    [reward(6)],
    [
      { value: COIN, script: otherScript },
      { value: reward(6).output.value - 2n * COIN, script: BUILDER_SCRIPT },
      { value: COIN, script: BUILDER_SCRIPT },
    ],
    height,
  );
  const again = builder.pay([reward(0)], [{ value: reward(0).output.value, script: otherScript }], height);
  const child = builder.move(outputOf(split, 1), height);
  const grandchild = builder.pay(
    [outputOf(child, 0), outputOf(split, 2)],
    [{ value: COIN, script: otherScript }],
    height,
  );
  transactions.push(a, b, c, d, e, f, split, again, child, grandchild);

  const first = grow(null, [a, split]);
  const second = grow(first, [b, child]);
  const third = grow(second, [grandchild]);
  grow(third, [c]);
  const other = grow(null, [split, child]);
  const next = grow(other, [again, b]);
  const fork = grow(next, [d]);
  grow(fork, [grandchild]);
  grow(next, [grandchild, c]);
  const late = grow(first, [child, grandchild]);
  const later = grow(late, [b, d]);
  grow(grow(later, [e]), [f, c]);
  const empty = grow(null, []);
  const wrong = grow(empty, [e, a], "signature");
  grow(grow(wrong, [f]), []);
  const greedy = grow(third, [d, e], "amount");
  grow(grow(greedy, []), [f]);
  const raws = [...base, ...tree].map(({ raw }) => raw);
  subjects = subjectsOf(raws);
});

/** What a chain says with this tip if it never saw anything else. */
const straight = new Map<string, Promise<unknown>>();
let baseFolder: DataDirectory | null = null;

function copied(directory: DataDirectory): DataDirectory {
  const copy = scratchDirectory(params);
  // The index of the log is memory of the process and is lost with it.
  const kept = readdirSync(directory.networkFolder).filter((name) => name.includes(".db") && !name.endsWith("-shm"));
  for (const name of kept) cpSync(directory.file(name), copy.file(name));
  return copy;
}

async function baseCopy(): Promise<DataDirectory> {
  const directory = scratchDirectory(params);
  const chain = await openTestChain(params, directory, { indexes: true });
  await connectAll(
    chain,
    base.map(({ raw }) => raw),
  );
  await chain.close();
  return directory;
}

/** Positions from the base up to a block. */
function branchOf(position: number | null): number[] {
  const branch: number[] = [];
  for (let at = position; at !== null; at = (tree[at] as TreeBlock).parent) branch.unshift(at);
  return branch;
}

function activeTransactions(tip: number | null): Map<string, string> {
  const places = new Map<string, string>();
  for (const position of branchOf(tip)) {
    const { block, hash } = tree[position] as TreeBlock;
    for (const { txid } of block.transactions) places.set(toDisplayHash(txid), hash);
  }
  return places;
}

function answersOf(reader: ChainReader) {
  const heights: string[] = [];
  for (let height = 0; height <= reader.tip.height; height++) {
    const entry = reader.entryAt(height);
    heights.push(entry ? `${toDisplayHash(entry.hash)} ${reader.isActive(entry)}` : "missing");
  }
  return { heights, nextBits: reader.nextBits(), indexes: indexAnswers(reader, subjects) };
}

async function everything(chain: Chain, directory: DataDirectory) {
  const answers = await chain.read(answersOf);
  return { answers, tables: await stateSnapshot(chain, directory) };
}

async function straightTo(tip: number | null): Promise<unknown> {
  const key = String(tip);
  const make = async () => {
    baseFolder ??= await baseCopy();
    const directory = copied(baseFolder);
    const chain = await openTestChain(params, directory, { indexes: true });
    await connectAll(
      chain,
      branchOf(tip).map((position) => (tree[position] as TreeBlock).raw),
    );
    const said = await everything(chain, directory);
    await chain.close();
    return said;
  };
  let said = straight.get(key);
  if (!said) {
    said = make();
    straight.set(key, said);
  }
  return said;
}

type Step =
  | { readonly kind: "submit" | "header" | "invalidate" | "reconsider"; readonly block: number }
  | { readonly kind: "burst"; readonly blocks: readonly number[] }
  | { readonly kind: "reopen" | "kill"; readonly running: boolean }
  | { readonly kind: "cut"; readonly turns: number; readonly running: boolean; readonly blocks: readonly number[] }
  | { readonly kind: "look" };

const block = fc.nat({ max: 19 });
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), block }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("header" as const), block }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("burst" as const), blocks: fc.array(block, { maxLength: 20 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("invalidate" as const), block }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("reconsider" as const), block }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen" as const), running: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), running: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("cut" as const),
        turns: fc.nat({ max: 12 }),
        running: fc.boolean(),
        blocks: fc.array(block, { minLength: 1, maxLength: 20 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: "look" as const }) },
  ),
  { minLength: 5, maxLength: 40 },
);

/** A chain under test, beside the plainest account of what it was told. */
class Walk {
  private chain!: Chain;
  private directory!: DataDirectory;
  /** Blocks whose bytes the chain has, and those that somebody declared invalid. */
  private readonly received = new Set<number>();
  private readonly refusedByHand = new Set<number>();
  looks = 0;

  async begin(): Promise<void> {
    baseFolder ??= await baseCopy();
    await this.open(copied(baseFolder), true);
  }

  /** A clock that runs takes old blocks for a download under way: signatures are verified later, and much is held back. */
  private async open(directory: DataDirectory, running: boolean): Promise<void> {
    this.directory = directory;
    this.chain = await openTestChain(params, directory, { indexes: true, ...(running && { mockTime: null }) });
  }

  async end(): Promise<void> {
    await this.chain.close();
  }

  private get at(): number | null {
    const tip = tipOf(this.chain);
    const position = tree.findIndex(({ hash }) => hash === tip);
    return position < 0 ? null : position;
  }

  /** The header is known, which a block needs to be told anything about. */
  private knows(position: number): boolean {
    return this.chain.view.entry((tree[position] as TreeBlock).block.header.hash) !== undefined;
  }

  private isGood(position: number | null): boolean {
    return branchOf(position).every((each) => !(tree[each] as TreeBlock).bad && !this.refusedByHand.has(each));
  }

  private candidates(): (number | null)[] {
    const usable = [null, ...this.received].filter(
      (position) => this.isGood(position) && branchOf(position).every((each) => this.received.has(each)),
    );
    const height = (position: number | null) => (position === null ? BASE : (tree[position] as TreeBlock).height);
    const best = Math.max(...usable.map(height));
    return usable.filter((position) => height(position) === best);
  }

  private async submit(position: number): Promise<void> {
    const { raw } = tree[position] as TreeBlock;
    const { reject } = await this.chain.submitBlock(raw);
    if (!reject && this.knows(position)) this.received.add(position);
    // Found bad when it was connected: its bytes are there.
    const entry = this.chain.view.entry((tree[position] as TreeBlock).block.header.hash);
    if (entry?.hasData) this.received.add(position);
  }

  /** What a start after a kill has: some state that was written before. */
  private async restart(directory: DataDirectory, running: boolean): Promise<void> {
    await this.chain.close();
    await this.open(directory, running);
    this.received.clear();
    this.refusedByHand.clear();
    for (const [position, { block, bad }] of tree.entries()) {
      const entry = this.chain.view.entry(block.header.hash);
      if (entry?.hasData) this.received.add(position);
      if (entry?.failed && !bad) this.refusedByHand.add(position);
    }
  }

  async take(step: Step): Promise<void> {
    const before = this.at;
    if (step.kind === "submit") await this.submit(step.block);
    else if (step.kind === "burst") await Promise.all(step.blocks.map((each) => this.submit(each)));
    else if (step.kind === "header") {
      await this.chain.submitHeader((tree[step.block] as TreeBlock).block.header);
    } else if (step.kind === "invalidate") {
      if (await this.chain.invalidateBlock(this.hashOf(step.block))) this.refusedByHand.add(step.block);
    } else if (step.kind === "reconsider") {
      if (await this.chain.reconsiderBlock(this.hashOf(step.block))) this.forgive(step.block);
    } else if (step.kind === "reopen") {
      await this.chain.close();
      await this.open(this.directory, step.running);
    } else if (step.kind === "kill") await this.restart(copied(this.directory), step.running);
    else if (step.kind === "cut") await this.cut(step.turns, step.blocks, step.running);
    else await this.look();
    // Whoever asks waits until all signatures are verified.
    await this.chain.read(() => null);
    const best = this.candidates();
    expect(best).toContain(this.at);
    // Who came first stays, and a restart does not change that.
    const settled = step.kind === "submit" || step.kind === "burst" || step.kind === "reopen";
    if (settled && best.includes(before)) expect(this.at).toBe(before);
  }

  private hashOf(position: number): Uint8Array {
    return (tree[position] as TreeBlock).block.header.hash;
  }

  /** Verdicts on a block, its ancestors and its descendants are taken back. */
  private forgive(position: number): void {
    for (const each of branchOf(position)) this.refusedByHand.delete(each);
    for (const each of [...this.refusedByHand]) if (branchOf(each).includes(position)) this.refusedByHand.delete(each);
  }

  /** Blocks are being worked on, and after some turns of the others the power goes. */
  private async cut(turns: number, blocks: readonly number[], running: boolean): Promise<void> {
    const work = Promise.all(blocks.map((each) => this.chain.submitBlock((tree[each] as TreeBlock).raw)));
    for (let i = 0; i < turns; i++) await nextTurn();
    const found = copied(this.directory);
    await work;
    await this.restart(found, running);
  }

  async look(): Promise<void> {
    this.looks++;
    const { chain } = this;
    const at = this.at;
    expect(await everything(chain, this.directory)).toEqual((await straightTo(at)) as never);
    // Nothing is being done, so the answer comes at once, too.
    const now = chain.readAtOnce(answersOf);
    expect(now?.value).toEqual(await chain.read(answersOf));
    const places = activeTransactions(at);
    await chain.read((reader) => {
      for (const { txid, raw } of transactions) {
        const found = reader.transaction(txid);
        if (found) expect(found.transaction.raw).toEqual(raw);
        const place = places.get(toDisplayHash(txid));
        if (place) expect(found && toDisplayHash(found.entry.hash)).toBe(place);
      }
      const active = reader.tips().filter(({ status }) => status === "active");
      expect(active.map(({ entry }) => toDisplayHash(entry.hash))).toEqual([tipOf(chain)]);
    });
  }
}

test("whatever happens in whatever order, the chain is the best one it was told of, and says what one says that saw nothing else", async () => {
  expect(tree.length).toBe(20);
  const property = fc.asyncProperty(steps, async (walk) => {
    const one = new Walk();
    await one.begin();
    for (const step of walk) await one.take(step as Step);
    await one.look();
    await one.end();
    expect(one.looks).toBeGreaterThan(0);
  });
  await fc.assert(property, { numRuns: 40, endOnFailure: true });
}, 300_000);
