// Microseconds per ECDSA verification and recovery: one by one, and in batches on the thread pool (where the wall time
// depends on the number of cores, the processor time does not).
//
//   node_modules/.bin/bun test/bench/signatures.ts

import { nativeAddon } from "../../src/platform/native/index.ts";
import {
  type CompactSignature,
  ecdsaRecoverCompact,
  ecdsaSign,
  ecdsaSignCompact,
  ecdsaVerify,
  publicKeyCreate,
  recoverSigners,
  recoverSignersAsync,
  sha256,
} from "../../src/protocol/crypto/index.ts";
import { SignatureBatch } from "../../src/protocol/script/index.ts";

const COUNT = 2048;
const ROUNDS = 8;

const addon = nativeAddon();
if (!addon) throw new Error("this measures the addon: unset FLUXNODE_NATIVE");
console.log(addon.features());

const signatures = Array.from({ length: COUNT }, (_, n) => {
  const secret = sha256(Uint8Array.of(n, n >> 8, 1));
  const digest = sha256(Uint8Array.of(n, n >> 8));
  return {
    digest,
    der: ecdsaSign(digest, secret),
    signature: ecdsaSignCompact(digest, secret, true),
    key: publicKeyCreate(secret, true),
  };
});

/** The best of several rounds, as the machine may be busy with something else. */
async function measure(name: string, run: () => unknown): Promise<void> {
  let wall = Number.POSITIVE_INFINITY;
  let processor = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    const before = process.cpuUsage();
    await run();
    const used = process.cpuUsage(before);
    wall = Math.min(wall, performance.now() - start);
    processor = Math.min(processor, (used.user + used.system) / 1000);
  }
  const each = (milliseconds: number) => `${((milliseconds * 1000) / COUNT).toFixed(1)} us`.padStart(9);
  console.log(`${name.padEnd(32)}${each(wall)} wall ${each(processor)} processor`);
}

function must(condition: boolean): void {
  if (!condition) throw new Error("a valid signature was refused");
}

const recoveries: CompactSignature[] = signatures;

await measure("verify, one by one", () => {
  for (const { digest, der, key } of signatures) must(ecdsaVerify(digest, der, key));
});
await measure("verify, batch", async () => {
  const batch = new SignatureBatch();
  for (const { digest, der, key } of signatures) batch.addDigest(digest, der, key);
  must((await addon.verifySignatures(batch.pack())) === -1);
});
await measure("recover, one by one", () => {
  for (const { digest, signature } of recoveries) must(ecdsaRecoverCompact(digest, signature) !== null);
});
await measure("recover, batch on this thread", () => must(recoverSigners(recoveries).every((key) => key !== null)));
await measure("recover, batch", async () => {
  must((await recoverSignersAsync(recoveries)).every((key) => key !== null));
});
