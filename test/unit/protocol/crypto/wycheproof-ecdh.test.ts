import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { publicKeyIsValid, publicKeyIsValidReference } from "../../../../src/protocol/crypto/index.ts";
import { secp256k1PointOf } from "./spki.ts";

interface WycheproofTest {
  tcId: number;
  comment: string;
  flags: string[];
  public: string;
  private: string;
  shared: string;
  result: "valid" | "invalid" | "acceptable";
}

interface WycheproofFile {
  numberOfTests: number;
  testGroups: { curve: string; encoding: string; tests: WycheproofTest[] }[];
}

const path = join(import.meta.dir, "../../../vectors/crypto/ecdh_secp256k1_test.json.gz");
const file: WycheproofFile = JSON.parse(gunzipSync(readFileSync(path)).toString());
const tests = file.testGroups.flatMap((group) => group.tests);

/** Without the sign byte of the file's integers, in 32 bytes. */
const secretOf = (item: WycheproofTest) => fromHex(item.private.replace(/^(?:00)*/, "").padStart(64, "0"));

/** x of the shared point, as text; null where the key is refused. */
function sharedSecret(item: WycheproofTest, point: () => Uint8Array): string | null {
  try {
    return toHex(secp256k1.getSharedSecret(secretOf(item), point(), true).subarray(1));
  } catch {
    return null;
  }
}

const viaSpki = (item: WycheproofTest) => sharedSecret(item, () => secp256k1PointOf(fromHex(item.public)));
const wrong = (items: WycheproofTest[], right: (item: WycheproofTest) => boolean) =>
  items.filter((item) => !right(item)).map(({ tcId, comment }) => `${tcId} ${comment}`);

/**
 * Nothing in the chain agrees on keys with ECDH, so there is no product code to test here: these are the curve arithmetic
 * and the point checks of the dependency that the reference implementations stand on.
 */
describe("Wycheproof ECDH over secp256k1, for the curve dependency", () => {
  const of = (result: string, flag?: string) =>
    tests.filter((item) => item.result === result && (flag === undefined || item.flags.includes(flag)));

  test("the whole file is used", () => {
    expect(file.testGroups.map(({ curve, encoding }) => [curve, encoding])).toEqual([["secp256k1", "asn"]]);
    expect([file.numberOfTests, tests.length]).toEqual([752, 752]);
    expect(["valid", "invalid", "acceptable"].map((result) => of(result).length)).toEqual([473, 49, 230]);
    const judgedBelow = ["CompressedPublic", "UnnamedCurve", "InvalidAsn"].map((flag) => of("acceptable", flag).length);
    expect(judgedBelow).toEqual([1, 7, 222]);
  });

  test("valid keys give the shared secret", () => {
    expect(wrong(of("valid"), (item) => viaSpki(item) === item.shared)).toEqual([]);
  });

  test("invalid keys are refused", () => {
    expect(wrong(of("invalid"), (item) => viaSpki(item) === null)).toEqual([]);
  });

  test("a compressed key is as good as the whole", () => {
    expect(wrong(of("acceptable", "CompressedPublic"), (item) => viaSpki(item) === item.shared)).toEqual([]);
  });

  test("curves given by parameters are refused; their points on this curve give the shared secret", () => {
    const items = of("acceptable", "UnnamedCurve");
    expect(wrong(items, (item) => viaSpki(item) === null)).toEqual([]);
    const point = (item: WycheproofTest) => fromHex(item.public).subarray(-65);
    expect(wrong(items, (item) => sharedSecret(item, () => point(item)) === item.shared)).toEqual([]);
  });

  test("malformed ASN.1 is refused", () => {
    expect(wrong(of("acceptable", "InvalidAsn"), (item) => viaSpki(item) === null)).toEqual([]);
  });

  test("the points of the file are judged alike by our own key checks", () => {
    const named = [...of("valid"), ...of("invalid"), ...of("acceptable", "CompressedPublic")].flatMap((item) => {
      try {
        return [{ item, point: secp256k1PointOf(fromHex(item.public)) }];
      } catch {
        return [];
      }
    });
    expect(named.length).toBeGreaterThan(490);
    for (const { item, point } of named) {
      const expected = item.result !== "invalid";
      for (const isValid of [publicKeyIsValid, publicKeyIsValidReference]) {
        expect({ tcId: item.tcId, valid: isValid(point) }).toEqual({ tcId: item.tcId, valid: expected });
      }
    }
  });
});
