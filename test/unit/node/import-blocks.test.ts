import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { BlockOutcome } from "../../../src/chain/index.ts";
import { type BlockRecord, importBlocks } from "../../../src/node/index.ts";
import { reject } from "../../../src/protocol/rules/index.ts";

const SET = join(import.meta.dir, "../../vectors/fluxd/regtest-a");
const RAW = gunzipSync(readFileSync(join(SET, "blocks.hex.gz")))
  .toString()
  .trim()
  .split("\n")
  .slice(0, 60)
  .map((line) => Uint8Array.from(Buffer.from(line, "hex")));

const CONNECTED: BlockOutcome = { known: "new", reject: null, judged: true };
const KNOWN: BlockOutcome = { known: "valid", reject: null, judged: false };
const ASIDE: BlockOutcome = { known: "new", reject: null, judged: false };
const REFUSED: BlockOutcome = { known: "new", reject: reject("block.example", "bad-example", 100), judged: true };

/** A chain that answers the n-th block as it is told, after a while, and counts how many answers are due at once. */
function scriptedChain(answerOf: (index: number) => BlockOutcome | Error) {
  const state = { submitted: 0, due: 0, mostDue: 0 };
  const submitBlock = async () => {
    const index = state.submitted++;
    state.mostDue = Math.max(state.mostDue, ++state.due);
    await Bun.sleep(index % 3);
    state.due--;
    const answer = answerOf(index);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { state, chain: { submitBlock } };
}

async function* records(blocks: readonly Uint8Array[], end?: BlockRecord | Error): AsyncGenerator<BlockRecord> {
  for (const [index, raw] of blocks.entries()) yield { place: `line ${index + 1}`, raw };
  if (end instanceof Error) throw end;
  if (end) yield end;
}

describe("import of blocks", () => {
  test("several are in work at once, but not the whole file", async () => {
    const { chain, state } = scriptedChain(() => CONNECTED);
    expect(await importBlocks(chain, records(RAW))).toMatchObject({ blocks: 60, connected: 60, refusal: null });
    expect(state.mostDue).toBeGreaterThan(4);
    expect(state.mostDue).toBeLessThanOrEqual(16);
  });

  test("new, known and stored blocks are told apart", async () => {
    const answers = [CONNECTED, KNOWN, ASIDE];
    const { chain } = scriptedChain((index) => answers[index % 3] as BlockOutcome);
    const seen: number[] = [];
    const report = await importBlocks(chain, records(RAW), { onBlock: ({ blocks }) => seen.push(blocks) });
    expect(report).toMatchObject({ blocks: 60, connected: 20, known: 20, sideBranch: 20 });
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test("the first refused block ends it; the blocks behind it do not count", async () => {
    const { chain, state } = scriptedChain((index) => (index === 20 ? REFUSED : CONNECTED));
    const report = await importBlocks(chain, records(RAW));
    expect(report).toMatchObject({ blocks: 20, connected: 20 });
    expect(report.refusal).toEqual({
      place: "line 21",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      reason: "bad-example",
      rule: "block.example",
    });
    expect(state.submitted).toBeLessThan(60);
    expect(state.due).toBe(0);
  });

  test("a block that was refused earlier is refused again", async () => {
    const { chain } = scriptedChain(() => ({ known: "invalid", reject: null, judged: false }));
    expect((await importBlocks(chain, records(RAW))).refusal).toMatchObject({ reason: "duplicate-invalid" });
  });

  test("a rule without a text of the daemon is named itself", async () => {
    const { chain } = scriptedChain(() => ({ ...REFUSED, reject: reject("header.checkpoint", "", 0) }));
    expect((await importBlocks(chain, records(RAW))).refusal).toMatchObject({ reason: "header.checkpoint" });
  });

  const [first, second, third] = RAW as [Uint8Array, Uint8Array, Uint8Array];
  const damaged: [name: string, bytes: Uint8Array, reason: RegExp][] = [
    ["half a block", second.subarray(0, 100), /no block/],
    ["a block with more behind it", Buffer.concat([second, new Uint8Array(2)]), /followed by something else/],
    ["nothing", new Uint8Array(0), /no block/],
  ];
  for (const [name, bytes, reason] of damaged) {
    test(`${name} ends it after the blocks before`, async () => {
      const { chain } = scriptedChain(() => CONNECTED);
      const report = await importBlocks(chain, records([first, bytes, third]));
      expect(report).toMatchObject({ blocks: 1, connected: 1 });
      expect(report.refusal).toEqual({
        place: "line 2",
        hash: null,
        reason: expect.stringMatching(reason),
        rule: null,
      });
    });
  }

  test("damage in the file is told after the verdicts of the blocks before it", async () => {
    const { chain } = scriptedChain((index) => (index === 1 ? REFUSED : CONNECTED));
    const end = { place: "line 4", damage: "torn" };
    expect((await importBlocks(chain, records(RAW.slice(0, 1), end))).refusal).toMatchObject({ reason: "torn" });
    const report = await importBlocks(chain, records(RAW.slice(0, 3), end));
    expect(report.refusal).toMatchObject({ place: "line 1", reason: "bad-example" });
  });

  test("a file that cannot be read to its end leaves a report", async () => {
    const { chain } = scriptedChain(() => CONNECTED);
    const failure = new Error("cut off");
    expect(await importBlocks(chain, records(RAW.slice(0, 5), failure))).toMatchObject({
      blocks: 5,
      refusal: null,
      unreadable: failure,
    });
  });

  test("a store that fails ends it with that error", async () => {
    const { chain, state } = scriptedChain((index) => (index >= 3 ? new Error("disk full") : CONNECTED));
    await expect(importBlocks(chain, records(RAW))).rejects.toThrow("disk full");
    await Bun.sleep(20);
    expect(state.due).toBe(0);
  });

  test("an interruption ends it after the blocks in work", async () => {
    const { chain, state } = scriptedChain(() => CONNECTED);
    const controller = new AbortController();
    const report = await importBlocks(chain, records(RAW), {
      signal: controller.signal,
      onBlock: ({ blocks }) => {
        if (blocks === 10) controller.abort();
      },
    });
    expect(report.refusal).toBeNull();
    expect(report.blocks).toBe(state.submitted);
    expect(report.blocks).toBeLessThan(60);
  });
});
