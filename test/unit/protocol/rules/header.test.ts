import { describe, expect, test } from "bun:test";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { type Block, type BlockHeader, makeHeader, type PonProof } from "../../../../src/protocol/primitives/index.ts";
import {
  type ChainEntry,
  checkHeader,
  checkHeaderInContext,
  futureTimeLimit,
  type HeaderCheckContext,
  matchesCheckpoint,
  maxReorgDepth,
  medianTimePast,
} from "../../../../src/protocol/rules/index.ts";
import { MOCK_TIME, recordedChain } from "./recorded-chain.ts";

const main = builtInNetwork("main") as NetworkParams;
const { params, blocks, entries } = recordedChain("regtest-a");

/** Heights on the recorded chain: a PoW block of the first epoch with Digishield and a PON block after the first window. */
const POW = 60;
const PON = 700;

const headerAt = (height: number) => (blocks[height] as Block).header;
const parentOf = (height: number) => entries[height - 1] as ChainEntry;
const changed = (height: number, change: Partial<BlockHeader>) => makeHeader({ ...headerAt(height), ...change });
const ponProof = (change: Partial<PonProof>) => ({ ...(headerAt(PON).proof as PonProof), ...change });

function check(header: BlockHeader, change: Partial<HeaderCheckContext> = {}, rules = params) {
  return checkHeader(header, rules, { tipHeight: 100, adjustedTime: MOCK_TIME, ...change });
}

function inContext(
  header: BlockHeader,
  height: number,
  change: Partial<Parameters<typeof checkHeaderInContext>[3]> = {},
  rules = params,
) {
  const context = { tipHeight: height - 1, lastCheckpointHeight: 0, ...change };
  return checkHeaderInContext(header, parentOf(height), rules, context);
}

describe("a header by itself", () => {
  test("the version comes first", () => {
    for (const version of [3, 0, -1, -100]) {
      const header = changed(POW, { version, bits: 0, time: 0xffffffff });
      expect(check(header)).toMatchObject({ reason: "version-too-low", blame: 100, code: 16 });
    }
  });

  test("the Equihash solution comes before the target", () => {
    const { proof } = headerAt(POW);
    if (proof.kind !== "pow") throw new Error("not a PoW block");
    const flipped = proof.solution.slice();
    flipped[7] = (flipped[7] as number) ^ 4;
    const invalid = { reason: "invalid-solution", blame: 100, scope: "hash" };
    expect(check(changed(POW, { proof: { ...proof, solution: flipped }, bits: 0 }))).toMatchObject(invalid);
    expect(check(changed(POW, { proof: { ...proof, solution: new Uint8Array(0) } }))).toMatchObject(invalid);
    expect(check(changed(POW, { proof: { ...proof, solution: new Uint8Array(40) } }))).toMatchObject(invalid);
    expect(check(changed(POW, { bits: 0 }))).toMatchObject(invalid);
    expect(check(changed(POW, { bits: 0 }), { solutionVerified: true })).toMatchObject({ reason: "high-hash" });
  });

  test("a PoW target must be usable, inside the limit and met", () => {
    const high = { reason: "high-hash", blame: 50, code: 16, scope: "hash" };
    for (const bits of [0, 0x208f0f0f, 0xff123456, 0x200f0f10, 0x1d00ffff]) {
      expect(check(changed(POW, { bits }), { solutionVerified: true })).toMatchObject(high);
    }
    const unenforced = { ...params, rules: { ...params.rules, enforcePowTarget: false } };
    expect(check(changed(POW, { bits: 0 }), { solutionVerified: true }, unenforced)).toBeNull();
  });

  test("a PON signature field has at most 73 bytes, in an emergency 512; no hash commits to it", () => {
    const size = { reason: "bad-pon-sig-size", blame: 100, scope: "copy" };
    const { collateral } = params.emergency;
    expect(check(changed(PON, { proof: ponProof({ signature: new Uint8Array(73) }) }))).toBeNull();
    expect(check(changed(PON, { bits: 0, proof: ponProof({ signature: new Uint8Array(74) }) }))).toMatchObject(size);
    expect(check(changed(PON, { proof: ponProof({ collateral, signature: new Uint8Array(512) }) }))).toBeNull();
    expect(check(changed(PON, { proof: ponProof({ collateral, signature: new Uint8Array(513) }) }))).toMatchObject(
      size,
    );
  });

  test("a PON hash must meet its target, except in an emergency", () => {
    const impossible = changed(PON, { bits: 0x03000001 });
    expect(check(impossible)).toMatchObject({ reason: "high-hash", blame: 50, scope: "hash" });
    const { collateral } = params.emergency;
    expect(check(changed(PON, { bits: 0x03000001, proof: ponProof({ collateral }) }))).toBeNull();
  });

  test("the time is checked last, and waiting can cure it", () => {
    const late = { adjustedTime: headerAt(POW).time - 7201, tipHeight: 0 };
    expect(check(headerAt(POW), late)).toMatchObject({ reason: "time-too-new", blame: 0, code: 16, scope: "now" });
    expect(check(headerAt(POW), { ...late, adjustedTime: late.adjustedTime + 1 })).toBeNull();
    expect(check(changed(POW, { bits: 0 }), { ...late, solutionVerified: true })).toMatchObject({
      reason: "high-hash",
    });
  });

  test("how far ahead depends on the node's own tip", () => {
    const limits = (tipHeight: number, rules: NetworkParams) =>
      [POW, PON].map((height) => futureTimeLimit(headerAt(height), tipHeight, rules));
    expect(limits(0, main)).toEqual([7200, 7200]);
    expect(limits(124_999, main)).toEqual([7200, 7200]);
    expect(limits(125_000, main)).toEqual([360, 300]);
    expect(limits(-1, main)).toEqual([360, 300]);
    const regtest = builtInNetwork("regtest") as NetworkParams;
    expect(limits(0, regtest)).toEqual([7200, 7200]);
    expect(limits(5000, regtest)).toEqual([7200, 7200]);
    expect(limits(-1, regtest)).toEqual([360, 300]);
  });

  test("a template has neither solution nor lot to check", () => {
    expect(check(changed(POW, { bits: 0 }), { template: true })).toBeNull();
    expect(check(changed(PON, { bits: 0x03000001 }), { template: true })).toBeNull();
    expect(check(changed(POW, { version: 3 }), { template: true })).toMatchObject({ reason: "version-too-low" });
  });
});

describe("a header on top of its parent", () => {
  test("a fork that is too deep comes first, and is not remembered", () => {
    const deep = { reason: "bad-fork-prior-to-maxreorgdepth", blame: 10, scope: "now" };
    const broken = changed(POW, { bits: 0, time: 0 });
    expect(inContext(broken, POW, { tipHeight: POW - 1 + 40 })).toMatchObject(deep);
    expect(inContext(broken, POW, { tipHeight: POW - 1 + 39 })).toMatchObject({ reason: "bad-diffbits" });
    expect([2_019_999, 2_020_000, 2_025_000, 2_025_001].map(maxReorgDepth)).toEqual([40, 5000, 5000, 40]);
  });

  test("kind of block by height", () => {
    const { proof } = headerAt(PON);
    expect(inContext(changed(POW, { version: 100, proof }), POW)).toMatchObject({
      reason: "premature-pon-block",
      blame: 100,
    });
    const pow = changed(PON, { version: 4, proof: headerAt(POW).proof });
    expect(inContext(pow, PON)).toMatchObject({ reason: "not-pon-block", blame: 100 });
  });

  test("PoW: solution size, then target, then time", () => {
    const { proof } = headerAt(POW);
    if (proof.kind !== "pow") throw new Error("not a PoW block");
    const sized = (length: number) =>
      inContext(changed(POW, { bits: 0, proof: { ...proof, solution: new Uint8Array(length) } }), POW);
    expect(sized(68)).toMatchObject({ reason: "bad-equihash-solution-size", blame: 100 });
    expect(sized(0)).toMatchObject({ reason: "bad-diffbits", blame: 100 });
    expect(inContext(changed(POW, { bits: headerAt(POW).bits - 1, time: 0 }), POW)).toMatchObject({
      reason: "bad-diffbits",
    });
    const old = medianTimePast(parentOf(POW));
    expect(inContext(changed(POW, { time: old }), POW)).toMatchObject({
      reason: "time-too-old",
      blame: 0,
      scope: "hash",
    });
    expect(inContext(changed(POW, { time: old + 1 }), POW)).toBeNull();
  });

  test("any solution size passes on the test network up to its height", () => {
    const lenient = { ...params, rules: { ...params.rules, anyEquihashSizeThroughHeight: POW } };
    const { proof } = headerAt(POW);
    const other = changed(POW, { proof: { ...proof, solution: new Uint8Array(100) } as typeof proof });
    expect(inContext(other, POW, {}, lenient)).toBeNull();
    const ended = { ...params, rules: { ...params.rules, anyEquihashSizeThroughHeight: POW - 1 } };
    expect(inContext(other, POW, {}, ended)).toMatchObject({ reason: "bad-equihash-solution-size" });
  });

  test("PON: lot, then target, then time after the parent's", () => {
    expect(inContext(changed(PON, { bits: 0x03000001 }), PON)).toMatchObject({ reason: "bad-pon-header", blame: 100 });
    const free = { ...params, rules: { ...params.rules, enforcePonTarget: false } };
    expect(inContext(changed(PON, { bits: 0x03000001, time: 0 }), PON, {}, free)).toMatchObject({
      reason: "bad-pon-diffbits",
      blame: 100,
    });
    expect(inContext(changed(PON, { time: parentOf(PON).time }), PON, {}, free)).toMatchObject({
      reason: "time-too-old",
    });
    expect(inContext(changed(PON, { time: parentOf(PON).time + 1 }), PON, {}, free)).toBeNull();
  });

  test("PON: a wrong target passes only inside the lenient heights", () => {
    const wrong = changed(PON, { bits: 0x200f0f0e });
    const lenient = (from: number, to: number): NetworkParams => ({
      ...params,
      rules: { ...params.rules, enforcePonTarget: false, lenientPonBits: [from, to] },
    });
    expect(inContext(wrong, PON, {}, lenient(PON, PON))).toBeNull();
    expect(inContext(wrong, PON, {}, lenient(PON + 1, PON + 9))).toMatchObject({ reason: "bad-pon-diffbits" });
    expect(inContext(wrong, PON, {}, lenient(1, PON - 1))).toMatchObject({ reason: "bad-pon-diffbits" });
  });

  test("an unsigned emergency header is refused as this copy", () => {
    const unsigned = changed(PON, {
      proof: ponProof({ collateral: params.emergency.collateral, signature: new Uint8Array(0) }),
    });
    expect(inContext(unsigned, PON)).toMatchObject({ reason: "bad-pon-header", blame: 100, scope: "copy" });
  });

  test("checkpoints: nothing new below the last known one, and no other block at one", () => {
    const header = headerAt(POW);
    expect(inContext(header, POW, { lastCheckpointHeight: POW + 1 })).toMatchObject({
      reason: "",
      blame: 100,
      code: 0,
    });
    expect(inContext(header, POW, { lastCheckpointHeight: POW })).toBeNull();
    const other: NetworkParams = { ...params, checkpoints: [{ height: POW, hash: new Uint8Array(32) }] };
    expect(inContext(header, POW, {}, other)).toMatchObject({ reason: "", blame: 0, code: 0 });
    expect(inContext(changed(POW, { time: 0 }), POW, {}, other)).toMatchObject({ reason: "time-too-old" });
    expect(matchesCheckpoint(main.genesisHash, 0, main)).toBe(true);
    expect(matchesCheckpoint(header.hash, 0, main)).toBe(false);
    expect(matchesCheckpoint(header.hash, 1, main)).toBe(true);
  });
});
