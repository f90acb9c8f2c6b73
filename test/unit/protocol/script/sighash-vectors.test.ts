import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction } from "../../../../src/protocol/primitives/index.ts";
import { SighashCache, signatureHash } from "../../../../src/protocol/script/index.ts";
import { readVectors } from "./vectors.ts";

type ReferenceRow = [raw: string, script: string, index: number, hashType: number, branchId: number, digest: string];
type ZipRow = [
  raw: string,
  script: string,
  input: number,
  hashType: number,
  amount: number,
  branchId: number,
  digest: string,
];

describe("signature hash", () => {
  test("gives the digests of all 500 rows of the reference", () => {
    const rows = readVectors<ReferenceRow[]>("sighash.json.gz").filter((row) => row.length === 6);
    expect(rows.length).toBe(500);
    for (const [raw, script, inputIndex, hashType, branchId, digest] of rows) {
      const tx = decodeTransaction(fromHex(raw));
      const hash = signatureHash({
        tx,
        inputIndex,
        scriptCode: fromHex(script),
        amount: 0n,
        hashType,
        branchId: branchId >>> 0,
      });
      expect(toDisplayHash(hash as Uint8Array)).toBe(digest);
    }
  });

  for (const name of ["zip_0143.json", "zip_0243.json"]) {
    test(`gives the digests of ${name}, with and without a shared cache`, () => {
      const rows = readVectors<ZipRow[]>(name).filter((row) => row.length === 7 && typeof row[2] === "number");
      expect(rows.length).toBe(10);
      for (const [raw, script, input, hashType, amount, branchId, digest] of rows) {
        const tx = decodeTransaction(fromHex(raw));
        const inputIndex = input < 0 ? null : input;
        const request = {
          tx,
          inputIndex,
          scriptCode: fromHex(script),
          amount: BigInt(amount),
          hashType,
          branchId,
        };
        expect(toHex(signatureHash(request) as Uint8Array)).toBe(digest);
        const cache = new SighashCache(tx);
        signatureHash({ ...request, cache, hashType: 1 });
        expect(toHex(signatureHash({ ...request, cache }) as Uint8Array)).toBe(digest);
      }
    });
  }
});
