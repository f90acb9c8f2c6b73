import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type NativeAddon, nativeAddon } from "../../../../src/platform/native/index.ts";
import {
  type EquihashItem,
  equihashParametersFor,
  equihashVerify,
  equihashVerifyBatch,
  equihashVerifyReference,
  isEquihashSolution,
} from "../../../../src/protocol/crypto/equihash.ts";
import { EquihashDigests } from "../../../../src/protocol/crypto/equihash-digest.ts";
import { type EquihashSet, equihashSet } from "../../../../src/protocol/crypto/equihash-parameters.ts";
import {
  type Candidate,
  inCanonicalOrder,
  packIndices,
  searchCandidates,
  unpackIndices,
} from "./equihash-candidates.ts";

/** An export of the addon that only tests use. */
type EquihashAddon = NativeAddon & {
  equihashVerifyMessage(n: number, k: number, label: Uint8Array, message: Uint8Array, solution: Uint8Array): boolean;
};

interface Sample extends EquihashItem {
  valid: boolean;
  name: string;
}

const addon = nativeAddon() as EquihashAddon | null;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const load = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dir, "../../../vectors/equihash", name), "utf8"));

function setFor(n: number, k: number): EquihashSet {
  const set = equihashSet(n, k);
  if (!set) throw new Error(`no set ${n},${k}`);
  return set;
}

/** Splits a whole PoW header: 140 bytes of input, then the compactSize of the solution, then the solution. */
function headerSample(name: string, header: Uint8Array): Sample {
  const start = header[140] === 0xfd ? 143 : 141;
  const solution = header.subarray(start);
  const length = header[140] === 0xfd ? (header[141] ?? 0) + 256 * (header[142] ?? 0) : header[140];
  if (length !== solution.length) throw new Error(`${name}: the header does not end with its solution`);
  const parameters = equihashParametersFor(solution.length);
  if (!parameters) throw new Error(`${name}: no parameters`);
  return { ...parameters, name, input: header.subarray(0, 140), solution, valid: true };
}

const mainnet = load("headers-pow.json");
const genesis: Record<string, { headerHex: string }> = load("genesis-headers.json");
const samples: Sample[] = [
  ...load("fluxd.json").map(
    // biome-ignore lint/suspicious/noExplicitAny: raw test data
    (v: any): Sample => ({
      ...v,
      name: v.desc ?? "fluxd",
      input: bytes(v.header + v.nonce),
      solution: bytes(v.solution),
    }),
  ),
  ...load("flux-144-5-synthetic.json").vectors.map(
    // biome-ignore lint/suspicious/noExplicitAny: raw test data
    (v: any): Sample => ({ ...v, n: 144, k: 5, name: "synthetic", input: bytes(v.input), solution: bytes(v.solution) }),
  ),
  ...load("flux-invalid.json").vectors.map(
    // biome-ignore lint/suspicious/noExplicitAny: raw test data
    (v: any): Sample => ({ ...v, name: v.mutation, input: bytes(v.input), solution: bytes(v.solution) }),
  ),
  ...[...mainnet.items, ...mainnet.alternativeSolutions].map((v) => headerSample(`main ${v.height}`, bytes(v.header))),
  ...Object.entries(genesis).map(([network, { headerHex }]) => headerSample(`${network} genesis`, bytes(headerHex))),
];
const validSamples = samples.filter((sample) => sample.valid);

test("the length of the solution chooses the parameters", () => {
  const known: Record<number, [number, number]> = {
    1344: [200, 9],
    100: [144, 5],
    68: [96, 5],
    52: [125, 4],
    36: [48, 5],
  };
  for (let length = 0; length <= 2000; length++) {
    const expected = known[length];
    expect(equihashParametersFor(length)).toEqual(expected && { n: expected[0], k: expected[1] });
  }
});

test("index hashes agree with the published digests", () => {
  const { input, digests } = load("digests.json") as {
    input: string;
    digests: { n: number; k: number; g: number; digest: string }[];
  };
  expect(digests.length).toBe(7);
  for (const { n, k, g, digest } of digests) {
    expect(Buffer.from(new EquihashDigests(setFor(n, k), bytes(input)).digest(g)).toString("hex")).toBe(digest);
  }
});

test("the samples cover every set, valid and invalid", () => {
  for (const [n, k] of [
    [200, 9],
    [144, 5],
    [125, 4],
    [96, 5],
    [48, 5],
  ]) {
    const ofSet = samples.filter((sample) => sample.n === n && sample.k === k);
    expect(ofSet.some((sample) => sample.valid)).toBe(true);
    expect(ofSet.some((sample) => !sample.valid)).toBe(true);
  }
  expect(samples.length).toBe(128 + 4 + 36 + 8 + 3);
});

describe.each([
  ["native first", equihashVerify],
  ["reference", equihashVerifyReference],
])("verification, %s", (_, verify) => {
  test("gives the known verdict for every sample", () => {
    for (const { n, k, input, solution, valid, name } of samples) {
      expect([n, k, name, verify(n, k, input, solution)]).toEqual([n, k, name, valid]);
    }
  });

  test("accepts the documented main-network header and decodes its indices", () => {
    const { input, solution, indices } = load("zelhash-header.json");
    const changed = bytes(solution);
    expect(unpackIndices(changed, 26)).toEqual(indices);
    expect(verify(125, 4, bytes(input), changed)).toBe(true);
    changed[10] = (changed[10] ?? 0) ^ 1;
    expect(verify(125, 4, bytes(input), changed)).toBe(false);
  });

  test("refuses other parameters and lengths", () => {
    for (const { n, k, input, solution } of validSamples.slice(0, 8)) {
      for (const [otherN, otherK] of [
        [n, k + 1],
        [n + 1, k],
        [k, n],
        [0, 0],
        [n + 0.5, k],
        [Number.NaN, k],
        [n + 2 ** 32, k],
      ]) {
        expect(verify(otherN as number, otherK as number, input, solution)).toBe(false);
      }
      for (const other of [input.subarray(0, 139), new Uint8Array([...input, 0]), new Uint8Array(0)]) {
        expect(verify(n, k, other, solution)).toBe(false);
      }
      for (const other of [solution.subarray(1), new Uint8Array([...solution, 0]), new Uint8Array(0)]) {
        expect(verify(n, k, input, other)).toBe(false);
      }
    }
  });
});

describe("published vectors with another personalisation and messages of other lengths", () => {
  const vectors = load("zcash-vectors.json");
  const label = new TextEncoder().encode(vectors.personalization);

  function expectVerdict(n: number, k: number, message: Uint8Array, solution: Uint8Array, valid: boolean): void {
    const set = { ...setFor(n, k), label: vectors.personalization };
    expect(isEquihashSolution(set, message, solution)).toBe(valid);
    if (addon) expect(addon.equihashVerifyMessage(n, k, label, message, solution)).toBe(valid);
  }

  test("valid solutions", () => {
    let count = 0;
    for (const { n, k, input, nonce, solutions } of vectors.valid) {
      for (const { indices, minimal } of solutions) {
        expect(Buffer.from(packIndices(indices, n / (k + 1) + 1)).toString("hex")).toBe(minimal);
        expectVerdict(n, k, bytes(input + nonce), bytes(minimal), true);
        count++;
      }
    }
    expect(count).toBe(46);
  });

  test("invalid solutions", () => {
    expect(vectors.invalid.length).toBe(9);
    for (const { n, k, input, nonce, minimal } of vectors.invalid) {
      expectVerdict(n, k, bytes(input + nonce), bytes(minimal), false);
    }
  });
});

describe("native and reference agree", () => {
  function agree(n: number, k: number, input: Uint8Array, solution: Uint8Array): boolean {
    const verdict = equihashVerifyReference(n, k, input, solution);
    expect(equihashVerify(n, k, input, solution)).toBe(verdict);
    return verdict;
  }

  test("on random bytes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...validSamples),
        fc.uint8Array({ minLength: 140, maxLength: 140 }),
        fc.infiniteStream(fc.nat(255)),
        ({ n, k, solution }, input, stream) => {
          agree(
            n,
            k,
            input,
            Uint8Array.from(solution, () => stream.next().value as number),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("on valid solutions with bits changed or subtrees exchanged, copied or sorted", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...validSamples),
        fc.constantFrom("bit", "exchange", "copy", "sort", "input"),
        fc.nat(),
        fc.nat(),
        (sample, change, where, size) => {
          const { n, k } = sample;
          const width = Math.floor(n / (k + 1)) + 1;
          const input = Uint8Array.from(sample.input);
          const indices = unpackIndices(sample.solution, width);
          const half = 2 ** (size % k);
          const start = (where % (indices.length / (2 * half))) * 2 * half;
          const left = indices.slice(start, start + half);
          const right = indices.slice(start + half, start + 2 * half);
          if (change === "bit")
            indices[where % indices.length] = (indices[where % indices.length] ?? 0) ^ (1 << (size % width));
          if (change === "exchange") indices.splice(start, 2 * half, ...right, ...left);
          if (change === "copy") indices.splice(start, 2 * half, ...left, ...left);
          if (change === "sort") indices.splice(start, 2 * half, ...[...left, ...right].sort((a, b) => a - b));
          if (change === "input") input[where % 140] = (input[where % 140] ?? 0) ^ (1 << (size % 8));
          agree(n, k, input, packIndices(indices, width));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("on subtrees that collide up to any level, with and without duplicates and order", () => {
    const set = setFor(48, 5);
    const width = 9;
    let valid = 0;
    const broken = { order: 0, last: 0, distinct: 0 };
    for (let seed = 0; seed < 6; seed++) {
      const input = new Uint8Array(140).fill(seed);
      const levels = searchCandidates(set, input, 600);
      for (const [i, { indices, values }] of (levels[5] as Candidate[]).entries()) {
        const sorted = inCanonicalOrder(indices);
        const distinct = new Set(sorted).size === sorted.length;
        // Almost all of them use an index twice; some are enough.
        if (!distinct && i % 16 !== 0) continue;
        const ok = agree(48, 5, input, packIndices(sorted, width));
        expect(ok).toBe(values[0] === 0 && distinct);
        const asFound = agree(48, 5, input, packIndices(indices, width));
        expect(asFound).toBe(ok && indices.join() === sorted.join());
        valid += Number(ok);
        broken.order += Number(ok && !asFound);
        broken.last += Number(distinct && values[0] !== 0);
        broken.distinct += Number(!distinct && values[0] === 0);
      }
      for (let level = 1; level < 5; level++) {
        const rows = (levels[level] as Candidate[]).filter(({ indices }) => new Set(indices).size === indices.length);
        for (let i = 0; i < 20; i++) {
          const parts = Array.from({ length: 2 ** (5 - level) }, (_, j) => rows[(i * 37 + j * 11) % rows.length]);
          agree(48, 5, input, packIndices(inCanonicalOrder(parts.flatMap((row) => row?.indices ?? [])), width));
        }
      }
    }
    expect(valid).toBeGreaterThan(0);
    expect(broken.order).toBeGreaterThan(0);
    expect(broken.last).toBeGreaterThan(0);
    expect(broken.distinct).toBeGreaterThan(0);
  });
});

describe("a batch", () => {
  test("gives one verdict per item in order", async () => {
    const many = [...samples, ...samples.toReversed(), ...samples];
    const verdicts = await equihashVerifyBatch(many);
    expect([...verdicts]).toEqual(many.map((sample) => Number(sample.valid)));
  });

  test("can be empty, and holds verdicts for items of any shape", async () => {
    expect((await equihashVerifyBatch([])).length).toBe(0);
    const good = validSamples[0] as Sample;
    const odd = [
      { ...good, n: 7 },
      { ...good, input: good.input.subarray(1) },
      good,
      { ...good, solution: new Uint8Array(0) },
    ];
    expect([...(await equihashVerifyBatch(odd))]).toEqual([0, 0, 1, 0]);
  });

  test("judges what the arrays held when it was started", async () => {
    const copies = validSamples.map((sample) => ({
      ...sample,
      input: Uint8Array.from(sample.input),
      solution: Uint8Array.from(sample.solution),
    }));
    const pending = equihashVerifyBatch(copies);
    for (const { input, solution } of copies) {
      input.fill(0);
      solution.fill(0);
    }
    expect([...(await pending)]).toEqual(copies.map(() => 1));
  });

  test("several run at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => equihashVerifyBatch(samples)));
    for (const verdicts of all) expect([...verdicts]).toEqual(samples.map((sample) => Number(sample.valid)));
  });
});

describe.skipIf(addon === null)("the native addon refuses wrong types", () => {
  const native = addon as EquihashAddon;
  const { n, k, input, solution } = validSamples[0] as Sample;
  const view = new DataView(new ArrayBuffer(140));
  const notBytes: unknown[] = [undefined, null, "00", [0], new ArrayBuffer(140), new Uint32Array(35), view];
  const notNumbers: unknown[] = [undefined, null, "48", {}, 48n];

  test("in one verification", () => {
    for (const wrong of notBytes as Uint8Array[]) {
      expect(() => native.equihashVerify(n, k, wrong, solution)).toThrow(TypeError);
      expect(() => native.equihashVerify(n, k, input, wrong)).toThrow(TypeError);
    }
    for (const wrong of notNumbers as number[]) {
      expect(() => native.equihashVerify(wrong, k, input, solution)).toThrow(TypeError);
      expect(() => native.equihashVerify(n, wrong, input, solution)).toThrow(TypeError);
    }
  });

  test("in a batch, by rejecting", async () => {
    const good = { n, k, input, solution };
    const wrong = [
      undefined,
      {},
      [undefined],
      [good, null],
      [good, "item"],
      ...notBytes.map((value) => [good, { ...good, input: value }]),
      ...notBytes.map((value) => [{ ...good, solution: value }]),
      ...notNumbers.map((value) => [{ ...good, n: value }]),
    ];
    for (const items of wrong)
      await expect(native.equihashVerifyBatch(items as EquihashItem[])).rejects.toThrow(TypeError);
  });

  test("and passes on what a getter throws", async () => {
    const item = {
      n,
      k,
      solution,
      get input(): Uint8Array {
        throw new Error("no input today");
      },
    };
    await expect(native.equihashVerifyBatch([item])).rejects.toThrow("no input today");
  });
});
