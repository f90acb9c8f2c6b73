import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nativeAddon } from "../../../../src/platform/native/index.ts";
import {
  type EquihashFind,
  equihashSolverBytes,
  equihashVerify,
  equihashVerifyReference,
  sha256d,
  solveEquihash,
} from "../../../../src/protocol/crypto/index.ts";
import { allSolutions48 } from "./equihash-all-solutions.ts";

interface Vector {
  readonly n: number;
  readonly k: number;
  readonly header: string;
  readonly nonce: string;
  readonly solution: string;
  readonly valid: boolean;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(join(import.meta.dir, "../../../vectors/equihash/fluxd.json"), "utf8"),
);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function headerInput(seed: number): Uint8Array {
  const input = new Uint8Array(140);
  input[0] = 4;
  input[4] = seed;
  return input;
}

function withNonce(input: Uint8Array, nonce: Uint8Array): Uint8Array {
  const solved = input.slice();
  solved.set(nonce, 108);
  return solved;
}

/** The number that a hash is when its first byte is the least significant one. */
function hashOf(input: Uint8Array, { nonce, solution }: EquihashFind): bigint {
  const header = new Uint8Array([...withNonce(input, nonce), solution.length, ...solution]);
  return BigInt(`0x${hex(sha256d(header).reverse())}`);
}

// The solver has no second implementation for machines without the addon.
describe.if(nativeAddon() !== null)("the Equihash solver", () => {
  test("finds exactly the solutions of (48,5) that trying everything finds", async () => {
    for (let seed = 0; seed < 3; seed++) {
      const input = headerInput(seed);
      const { result } = solveEquihash({ parameters: { n: 48, k: 5 }, input, target: null, threads: 1, maxNonces: 20 });
      const found = await result;
      const expected = Array.from({ length: 20 }, (_, nonce) => {
        const solved = input.slice();
        solved[108] = nonce;
        return allSolutions48(solved).map((solution) => `${nonce}:${hex(solution)}`);
      });
      const text = ({ nonce, solution }: EquihashFind) => `${nonce[0]}:${hex(solution)}`;
      expect(found.map(text).sort()).toEqual(expected.flat().sort());
      expect(found.length).toBeGreaterThan(0);
    }
  });

  test.each([1, 2, 3])("finds the same with %i threads, all of it valid", async (threads) => {
    const input = headerInput(7);
    const task = { parameters: { n: 96, k: 5 }, input, target: null, maxNonces: 4 };
    const found = await solveEquihash({ ...task, threads }).result;
    const alone = await solveEquihash({ ...task, threads: 1 }).result;
    const text = ({ nonce, solution }: EquihashFind) => hex(nonce) + hex(solution);
    expect(found.map(text).sort()).toEqual(alone.map(text).sort());
    expect(found.length).toBeGreaterThan(2);
    for (const { nonce, solution } of found) {
      expect(equihashVerify(96, 5, withNonce(input, nonce), solution)).toBe(true);
      expect(equihashVerifyReference(96, 5, withNonce(input, nonce), solution)).toBe(true);
    }
  });

  // The sets that need gigabytes are solved by test/bench/equihash-solver.ts.
  test.each(["48,5", "96,5", "200,9"])(
    "finds the solutions that the reference daemon knows for (%s)",
    async (set) => {
      const [n = 0, k = 0] = set.split(",").map(Number);
      const known = vectors.filter((vector) => vector.valid && vector.n === n && vector.k === k);
      expect(known.length).toBeGreaterThan(1);
      for (const { header, nonce, solution } of known) {
        const input = new Uint8Array(Buffer.from(header + nonce, "hex"));
        const search = solveEquihash({ parameters: { n, k }, input, target: null, threads: 2, maxNonces: 1 });
        expect((await search.result).map((found) => hex(found.solution))).toContain(solution);
      }
    },
    60_000,
  );

  test("solves (200,9) on two threads", async () => {
    const input = headerInput(1);
    const parameters = { n: 200, k: 9 };
    const { result } = solveEquihash({ parameters, input, target: null, threads: 2, maxNonces: 3 });
    const found = await result;
    expect(found.length).toBeGreaterThan(0);
    for (const { nonce, solution } of found) {
      expect(equihashVerify(200, 9, withNonce(input, nonce), solution)).toBe(true);
    }
  }, 60_000);

  test("stops at the first solution whose hash is not above the target", async () => {
    const input = headerInput(2);
    const target = 1n << 250n;
    const search = solveEquihash({ parameters: { n: 48, k: 5 }, input, target, threads: 2 });
    const found = await search.result;
    expect(found).toHaveLength(1);
    expect(hashOf(input, found[0] as EquihashFind)).toBeLessThanOrEqual(target);
    expect(search.progress().solutions).toBeGreaterThan(0);
  });

  test("gives up after the nonces it may try, and carries between the bytes of a nonce", async () => {
    const input = headerInput(3);
    input.fill(0xff, 108, 111);
    const parameters = { n: 48, k: 5 };
    expect(await solveEquihash({ parameters, input, target: 0n, threads: 2, maxNonces: 50 }).result).toEqual([]);
    const found = await solveEquihash({ parameters, input, target: null, threads: 1, maxNonces: 9 }).result;
    for (const { nonce, solution } of found) {
      expect(equihashVerify(48, 5, withNonce(input, nonce), solution)).toBe(true);
    }
    const after = found.filter(({ nonce }) => nonce[0] !== 0xff);
    expect(after.every(({ nonce }) => nonce[1] === 0 && nonce[2] === 0 && nonce[3] === 1)).toBe(true);
    expect(after.length).toBeGreaterThan(0);
  });

  test("can be cancelled", async () => {
    const search = solveEquihash({ parameters: { n: 96, k: 5 }, input: headerInput(4), target: 0n, threads: 2 });
    await Bun.sleep(100);
    expect(search.progress().nonces).toBeGreaterThan(0);
    search.cancel();
    expect(await search.result).toEqual([]);
  });

  test("can be cancelled in the middle of a nonce", async () => {
    const search = solveEquihash({ parameters: { n: 200, k: 9 }, input: headerInput(4), target: 0n, threads: 2 });
    await Bun.sleep(50);
    expect(search.progress().part).toBeGreaterThan(0);
    const start = performance.now();
    search.cancel();
    expect(await search.result).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(search.progress().nonces).toBe(0);
  });

  test("says how much memory it takes", () => {
    expect(equihashSolverBytes({ n: 125, k: 4 }, 2)).toBeLessThan(4 * 2 ** 30);
    expect(equihashSolverBytes({ n: 200, k: 9 }, 2)).toBeLessThan(300e6);
    expect(equihashSolverBytes({ n: 48, k: 5 }, 4)).toBe(4 * equihashSolverBytes({ n: 48, k: 5 }, 1));
  });

  test("refuses what cannot be solved", () => {
    const task = { parameters: { n: 48, k: 5 }, input: headerInput(5), target: 1n, threads: 1 };
    expect(() => solveEquihash({ ...task, parameters: { n: 40, k: 4 } })).toThrow(RangeError);
    expect(() => solveEquihash({ ...task, input: new Uint8Array(108) })).toThrow(RangeError);
    expect(() => solveEquihash({ ...task, threads: 0 })).toThrow(RangeError);
    expect(() => solveEquihash({ ...task, threads: 1.5 })).toThrow(RangeError);
    expect(() => solveEquihash({ ...task, target: null })).toThrow(RangeError);
    expect(() => solveEquihash({ ...task, maxNonces: -1 })).toThrow(RangeError);
  });
});
