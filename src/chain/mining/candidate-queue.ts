import type { MempoolEntry } from "../mempool/index.ts";

/** A transaction that may go into the next block. */
export interface Candidate {
  readonly entry: MempoolEntry;
  readonly priority: number;
  /** Zatoshi per 1000 bytes. */
  readonly feeRate: bigint;
}

export type CandidateOrder = "priority" | "fee";

/** True if `a` comes after `b`. */
type IsBelow = (a: Candidate, b: Candidate) => boolean;

const BY_PRIORITY: IsBelow = (a, b) => (a.priority === b.priority ? a.feeRate < b.feeRate : a.priority < b.priority);
const BY_FEE: IsBelow = (a, b) => (a.feeRate === b.feeRate ? a.priority < b.priority : a.feeRate < b.feeRate);

/**
 * A binary heap of candidates with the best one on top. Equals come out in the order in which the heap functions of the
 * reference's C++ library give them, so that templates hold the same transactions in the same order.
 */
export class CandidateQueue {
  private readonly heap: Candidate[];
  private isBelow: IsBelow = BY_PRIORITY;

  constructor(candidates: readonly Candidate[], order: CandidateOrder) {
    this.heap = [...candidates];
    this.reorder(order);
  }

  get size(): number {
    return this.heap.length;
  }

  /** Orders everything anew. */
  reorder(order: CandidateOrder): void {
    this.isBelow = order === "fee" ? BY_FEE : BY_PRIORITY;
    const { heap } = this;
    for (let hole = (heap.length - 2) >> 1; hole >= 0; hole--) {
      this.sink(hole, heap.length, heap[hole] as Candidate);
    }
  }

  push(candidate: Candidate): void {
    this.heap.push(candidate);
    this.rise(this.heap.length - 1, 0, candidate);
  }

  /** Takes the best one off; undefined when there is none. */
  pop(): Candidate | undefined {
    const { heap } = this;
    const best = heap[0];
    const last = heap.pop();
    if (last && heap.length > 0) this.sink(0, heap.length, last);
    return best;
  }

  /** Moves the better child up into the hole until it is at the bottom, and lets the value rise from there. */
  private sink(top: number, size: number, value: Candidate): void {
    const { heap } = this;
    let hole = top;
    let child = 2 * hole + 2;
    for (; child < size; child = 2 * hole + 2) {
      if (this.isBelow(heap[child] as Candidate, heap[child - 1] as Candidate)) child--;
      heap[hole] = heap[child] as Candidate;
      hole = child;
    }
    if (child === size) {
      heap[hole] = heap[child - 1] as Candidate;
      hole = child - 1;
    }
    this.rise(hole, top, value);
  }

  private rise(from: number, top: number, value: Candidate): void {
    const { heap } = this;
    let hole = from;
    while (hole > top) {
      const parent = (hole - 1) >> 1;
      if (!this.isBelow(heap[parent] as Candidate, value)) break;
      heap[hole] = heap[parent] as Candidate;
      hole = parent;
    }
    heap[hole] = value;
  }
}
