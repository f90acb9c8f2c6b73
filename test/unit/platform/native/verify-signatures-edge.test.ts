import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { nativeAddon } from "../../../../src/platform/native/index.ts";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaVerifyReference, sha256Reference } from "../../../../src/protocol/crypto/index.ts";
import { packSignatures, type SignatureEntry } from "./signature-buffer.ts";

const addon = nativeAddon();
if (!addon) throw new Error("these tests are about the addon: unset FLUXNODE_NATIVE");

/** A batch computes so many signatures side by side where the processor can. */
const LANES = 8;
const Fn = secp256k1.Point.Fn;

function verdict(entry: SignatureEntry): boolean {
  return ecdsaVerifyReference(entry.digest as Uint8Array, entry.der, entry.key);
}

/** Whether the batch accepts an entry among good ones, in the given lane. */
async function accepted(entry: SignatureEntry, good: SignatureEntry, lane: number): Promise<boolean> {
  const entries = Array.from({ length: LANES }, (_, i) => (i === lane ? entry : good));
  const invalid = (await addon?.verifySignatures(packSignatures([], entries))) as number;
  expect([-1, lane]).toContain(invalid);
  return invalid === -1;
}

/**
 * A signature for which verification has to compute u1 G + u2 Q with Q = q G; with `change` its r is that much too large.
 * null when there is no such signature.
 */
function crafted(u1: bigint, u2: bigint, q: bigint, change: bigint): SignatureEntry | null {
  const sum = Fn.add(u1, Fn.mul(u2, q));
  if (q === 0n || u2 === 0n) return null;
  const x = sum === 0n ? 1n : secp256k1.Point.BASE.multiply(sum).toAffine().x;
  const r = Fn.create(x + change);
  if (r === 0n) return null;
  const s = Fn.mul(r, Fn.inv(u2));
  const digest = fromHex(Fn.mul(u1, s).toString(16).padStart(64, "0"));
  const key = secp256k1.Point.BASE.multiply(q).toBytes(true);
  return { digest, der: new secp256k1.Signature(r, s).toBytes("der"), key };
}

const good = crafted(3n ** 150n % Fn.ORDER, 5n ** 100n % Fn.ORDER, 7n ** 80n % Fn.ORDER, 0n) as SignatureEntry;

describe("signatures side by side", () => {
  test("the good one is good", async () => {
    expect(verdict(good)).toBe(true);
    expect(await accepted(good, good, 0)).toBe(true);
  });

  test("factors and keys for which the additions meet equal, opposite and missing points", async () => {
    const small = fc.bigInt({ min: -40n, max: 40n });
    const oneBit = fc.nat(255).map((bit) => 1n << BigInt(bit));
    const ones = fc.nat(255).map((bit) => (1n << BigInt(bit)) - 1n);
    const any = fc.bigInt({ min: 0n, max: Fn.ORDER - 1n });
    const factor = fc.oneof(small, small, oneBit, ones, any).map((value) => Fn.create(value));
    const change = fc.constantFrom(0n, 0n, 0n, 1n, -1n);
    await fc.assert(
      fc.asyncProperty(factor, factor, factor, change, fc.nat(LANES - 1), async (u1, u2, q, delta, lane) => {
        const entry = crafted(u1, u2, q, delta);
        if (entry) expect(await accepted(entry, good, lane)).toBe(verdict(entry));
      }),
      { numRuns: 400 },
    );
  });

  test("a sum at infinity is invalid whatever r is", async () => {
    for (const [u1, u2, q] of [
      [Fn.create(-6n), 2n, 3n],
      [Fn.create(-1n), 1n, 1n],
      [1n, 1n, Fn.create(-1n)],
    ] as const) {
      const entry = crafted(u1, u2, q, 0n) as SignatureEntry;
      for (let lane = 0; lane < LANES; lane++) expect(await accepted(entry, good, lane)).toBe(false);
    }
  });
});

describe.each(["ecdsa_secp256k1_sha256_bitcoin_test.json.gz", "ecdsa_secp256k1_sha256_test.json.gz"])("%s", (name) => {
  interface Group {
    publicKey: { uncompressed: string };
    tests: { tcId: number; msg: string; sig: string }[];
  }
  const path = join(import.meta.dir, "../../../vectors/crypto", name);
  const groups: Group[] = JSON.parse(gunzipSync(readFileSync(path)).toString()).testGroups;
  const entries = groups.flatMap(({ publicKey, tests }) => {
    const key = fromHex(publicKey.uncompressed);
    return tests.map(({ tcId, msg, sig }) => {
      return { tcId, entry: { digest: sha256Reference(fromHex(msg)), der: fromHex(sig), key } };
    });
  });

  test("a batch gives the verdicts of the reference", async () => {
    // The buffer has one byte for the length of a signature.
    const usable = entries.filter(({ entry }) => entry.der.length < 256);
    expect(usable.length).toBeGreaterThan(450);
    const wrong: number[] = [];
    for (const { tcId, entry } of usable) {
      if ((await accepted(entry, good, tcId % LANES)) !== verdict(entry)) wrong.push(tcId);
    }
    expect(wrong).toEqual([]);
  });
});
