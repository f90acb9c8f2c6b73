import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { MempoolEntry } from "../../../../src/chain/mempool/index.ts";
import { type Candidate, CandidateQueue } from "../../../../src/chain/mining/candidate-queue.ts";

function candidate(priority: number, feeRate: number, name = ""): Candidate {
  return { entry: { key: name } as MempoolEntry, priority, feeRate: BigInt(feeRate) };
}

const anyCandidate = fc
  .tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }))
  .map(([priority, feeRate]) => candidate(priority, feeRate));

function popAll(queue: CandidateQueue): Candidate[] {
  const popped: Candidate[] = [];
  for (let next = queue.pop(); next; next = queue.pop()) popped.push(next);
  return popped;
}

describe("candidates for a block", () => {
  test("come out by priority and then by fee rate, or the other way round", () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), fc.constantFrom("priority" as const, "fee" as const), (candidates, order) => {
        const popped = popAll(new CandidateQueue(candidates, order));
        expect(popped).toHaveLength(candidates.length);
        const rating = ({ priority, feeRate }: Candidate) =>
          order === "fee" ? Number(feeRate) * 10 + priority : priority * 10 + Number(feeRate);
        const ratings = popped.map(rating);
        expect(ratings).toEqual([...ratings].sort((a, b) => b - a));
      }),
    );
  });

  test("may come in later, and the order may change on the way", () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), fc.array(anyCandidate), fc.nat(10), (first, later, before) => {
        const queue = new CandidateQueue(first, "priority");
        for (let i = 0; i < before; i++) queue.pop();
        queue.reorder("fee");
        for (const each of later) queue.push(each);
        const rates = popAll(queue).map(({ feeRate }) => Number(feeRate));
        expect(rates).toEqual([...rates].sort((a, b) => b - a));
        expect(rates).toHaveLength(Math.max(0, first.length - before) + later.length);
      }),
    );
  });

  test("equals come out as the heap of the GNU C++ library has them", () => {
    // std::make_heap and std::pop_heap of libstdc++ on seven equal elements a to g.
    const equals = [..."abcdefg"].map((name) => candidate(1, 1, name));
    const names = popAll(new CandidateQueue(equals, "priority")).map(({ entry }) => entry.key);
    expect(names.join("")).toBe("gcfabed");
  });
});
