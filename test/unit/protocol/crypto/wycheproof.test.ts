import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaVerify, ecdsaVerifyReference, sha256 } from "../../../../src/protocol/crypto/index.ts";

interface WycheproofTest {
  tcId: number;
  comment: string;
  flags: string[];
  msg: string;
  sig: string;
  result: "valid" | "invalid";
}

interface WycheproofFile {
  numberOfTests: number;
  testGroups: { publicKey: { uncompressed: string }; tests: WycheproofTest[] }[];
}

function load(name: string): WycheproofFile {
  const path = join(import.meta.dir, "../../../vectors/crypto", name);
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
}

/**
 * Consensus reads DER strictly, as Wycheproof asks, so that every verdict holds but one kind: the file for Bitcoin refuses
 * a high s, as wallets do, and this chain accepts it. These are its signatures with a high s that are right otherwise.
 */
const HIGH_S = new Map([["ecdsa_secp256k1_sha256_bitcoin_test.json.gz", [1, 388]]]);

describe.each([
  ["ecdsa_secp256k1_sha256_bitcoin_test.json.gz", 463],
  ["ecdsa_secp256k1_sha256_test.json.gz", 476],
] as const)("Wycheproof %s", (name, count) => {
  const file = load(name);
  const highS = HIGH_S.get(name) ?? [];
  const expected = (item: WycheproofTest) => item.result === "valid" || highS.includes(item.tcId);
  const tests = file.testGroups.flatMap((group) =>
    group.tests.map((item) => ({ ...item, key: fromHex(group.publicKey.uncompressed) })),
  );

  test("the whole file is used", () => {
    expect(tests).toHaveLength(count);
    expect(file.numberOfTests).toBe(count);
    expect(tests.filter((item) => expected(item) !== (item.result === "valid"))).toHaveLength(highS.length);
  });

  test.each([
    ["native", ecdsaVerify],
    ["reference", ecdsaVerifyReference],
  ] as const)("%s", (_, verify) => {
    const wrong = tests.filter((item) => {
      return verify(sha256(fromHex(item.msg)), fromHex(item.sig), item.key) !== expected(item);
    });
    expect(wrong.map((item) => `${item.tcId} ${item.comment}`)).toEqual([]);
  });
});
