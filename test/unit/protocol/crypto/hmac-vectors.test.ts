import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";

interface HashVector {
  text?: string;
  repeat?: string;
  count?: number;
  digest: string;
}

interface MacVector {
  key: string;
  data: string;
  mac: string;
}

type Vectors = Record<"sha1" | "sha256" | "ripemd160" | "sha512", HashVector[]> &
  Record<"hmac-sha256" | "hmac-sha512", MacVector[]>;

const vectors: Vectors = JSON.parse(
  readFileSync(join(import.meta.dir, "../../../vectors/crypto/sha-ripemd-hmac.json"), "utf8"),
);

/** Key derivation and JoinSplit signatures stand on these functions of the dependency; the product has none of its own. */
describe("SHA-512 and HMAC, for the hash dependency", () => {
  test("the file has no kind of vector that no test runs", () => {
    const counts = Object.fromEntries(Object.entries(vectors).map(([name, rows]) => [name, rows.length]));
    expect(counts).toEqual({
      ...{ sha1: 9, sha256: 10, sha512: 9, ripemd160: 9 },
      ...{ "hmac-sha256": 6, "hmac-sha512": 6 },
    });
  });

  test("SHA-512", () => {
    for (const { text, repeat, count, digest } of vectors.sha512) {
      const message = text ?? (repeat as string).repeat(count as number);
      expect(toHex(sha512(new TextEncoder().encode(message)))).toBe(digest);
    }
  });

  test.each([
    ["hmac-sha256", sha256],
    ["hmac-sha512", sha512],
  ] as const)("%s", (name, hash) => {
    for (const { key, data, mac } of vectors[name]) {
      expect(toHex(hmac(hash, fromHex(key), fromHex(data)))).toBe(mac);
    }
  });
});
