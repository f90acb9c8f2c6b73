// Microseconds per Equihash verification on one thread, for each parameter set, native and TypeScript, and the
// throughput of native batches on the thread pool.
//
//   node_modules/.bin/bun test/bench/equihash.ts

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nativeAddon } from "../../src/platform/native/index.ts";
import {
  type EquihashItem,
  equihashVerify,
  equihashVerifyBatch,
  equihashVerifyReference,
} from "../../src/protocol/crypto/equihash.ts";

interface Vector {
  n: number;
  k: number;
  header: string;
  nonce: string;
  solution: string;
  valid: boolean;
}

const BUDGET_MS = 1000;
const vectors: Vector[] = JSON.parse(readFileSync(join(import.meta.dir, "../vectors/equihash/fluxd.json"), "utf8"));
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

/** The best of several rounds, as the machine may be busy with something else. */
function microseconds(items: EquihashItem[], verify: typeof equihashVerify): number {
  const round = (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      const { n, k, input, solution } = items[i % items.length] as EquihashItem;
      if (!verify(n, k, input, solution)) throw new Error(`a valid solution for ${n},${k} was refused`);
    }
    return (performance.now() - start) / count;
  };
  const count = Math.max(3, Math.ceil(BUDGET_MS / 10 / round(20)));
  return Math.min(...Array.from({ length: 10 }, () => round(count))) * 1000;
}

async function batchMicroseconds(items: EquihashItem[]): Promise<number> {
  const batch = Array.from({ length: 2000 }, (_, i) => items[i % items.length] as EquihashItem);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    if ((await equihashVerifyBatch(batch)).includes(0)) throw new Error("a valid solution was refused in a batch");
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1000) / batch.length;
}

const native = nativeAddon();
console.log(`kernel: ${native?.features().equihash ?? "none (FLUXNODE_NATIVE=off)"}`);
console.log("set      native us   batch us   TypeScript us");
for (const [n, k] of [
  [200, 9],
  [144, 5],
  [125, 4],
  [96, 5],
  [48, 5],
] as const) {
  const items = vectors
    .filter((vector) => vector.valid && vector.n === n && vector.k === k)
    .map((vector) => ({ n, k, input: bytes(vector.header + vector.nonce), solution: bytes(vector.solution) }));
  const columns = [
    native ? microseconds(items, equihashVerify).toFixed(2) : "-",
    native ? (await batchMicroseconds(items)).toFixed(2) : "-",
    microseconds(items, equihashVerifyReference).toFixed(0),
  ];
  console.log(`${n},${k}`.padEnd(8), columns[0]?.padStart(9), columns[1]?.padStart(10), columns[2]?.padStart(15));
}
