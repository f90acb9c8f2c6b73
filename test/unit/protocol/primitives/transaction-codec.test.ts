import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { DecodeError, fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { decodeTransaction, encodeTransaction, makeTransaction } from "../../../../src/protocol/primitives/index.ts";

function readVectors<T>(path: string): T {
  const file = readFileSync(new URL(`../../../vectors/${path}`, import.meta.url));
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(file) : file).toString("utf8")) as T;
}

/** Items that are hex of whole transactions, found by their place in each file. */
function collect(): string[] {
  const hex: string[] = [];
  for (const row of readVectors<string[][]>("script/sighash.json.gz")) if (row.length === 6) hex.push(row[0] as string);
  for (const name of ["zip_0143", "zip_0243"]) {
    for (const row of readVectors<string[][]>(`script/${name}.json`).slice(2)) hex.push(row[0] as string);
  }
  for (const name of ["tx_valid", "tx_invalid"]) {
    const rows = readVectors<unknown[][]>(`script/${name}.json`).filter((row) => Array.isArray(row[0]));
    for (const row of rows) hex.push(row[1] as string);
  }
  const fluxd = readVectors<{ transactions: { hex: string }[] }[]>("script/fluxd-scripts.json.gz");
  for (const { transactions } of fluxd) for (const tx of transactions) hex.push(tx.hex);
  return hex;
}

interface Known {
  hex: string;
  txid: string;
}

const MAINNET = readVectors<{ items: Known[] }>("mainnet/transactions.json").items;
const LAYOUTS = readVectors<Known[]>("transactions/fluxnode-layouts.json");
const ALL = [...collect(), ...[...MAINNET, ...LAYOUTS].map(({ hex }) => hex)];

describe("transaction codec", () => {
  test("encodes every transaction to the bytes that it was decoded from", () => {
    expect(ALL.length).toBeGreaterThan(1000);
    for (const hex of ALL) {
      const tx = decodeTransaction(fromHex(hex));
      expect(toHex(encodeTransaction(tx))).toBe(hex);
      expect(toHex(tx.raw)).toBe(hex);
      expect(makeTransaction(tx).txid).toEqual(tx.txid);
    }
  });

  test("gives the txids of main-network transactions and of every fluxnode layout", () => {
    expect(MAINNET.length).toBe(27);
    expect(LAYOUTS.length).toBe(5);
    for (const { hex, txid } of [...MAINNET, ...LAYOUTS]) {
      expect(toDisplayHash(decodeTransaction(fromHex(hex)).txid)).toBe(txid);
    }
  });

  test("a transaction that is cut short is refused, wherever the cut is", () => {
    const short = [...MAINNET, ...LAYOUTS].map(({ hex }) => fromHex(hex)).filter((raw) => raw.length < 3000);
    fc.assert(
      fc.property(fc.constantFrom(...short), fc.nat(), (raw, cut) => {
        expect(() => decodeTransaction(raw.subarray(0, cut % raw.length))).toThrow(DecodeError);
      }),
    );
  });

  test("bytes after a transaction are ignored", () => {
    for (const { hex } of LAYOUTS) expect(toHex(decodeTransaction(fromHex(`${hex}00ff`)).raw)).toBe(hex);
  });

  test("damaged bytes are refused or decode to something that encodes and decodes to itself", () => {
    const mutated = fc
      .tuple(fc.constantFrom(...ALL), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
      .map(([hex, edits]) => {
        const raw = fromHex(hex);
        for (const [at, byte] of edits) raw[at % Math.min(raw.length, 400)] = byte;
        return raw;
      });
    fc.assert(
      fc.property(mutated, (raw) => {
        let tx: ReturnType<typeof decodeTransaction>;
        try {
          tx = decodeTransaction(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        const again = decodeTransaction(tx.raw);
        expect(again.txid).toEqual(tx.txid);
        expect(again.raw).toEqual(tx.raw);
      }),
      { numRuns: 500 },
    );
  });

  test("an overwintered transaction of an unknown format is refused", () => {
    expect(() => decodeTransaction(fromHex("0300008085202f890000000000000000000000"))).toThrow(
      "Unknown transaction format",
    );
    expect(() => decodeTransaction(fromHex("0500008085202f890000000000000000000000"))).toThrow(
      "Unknown transaction format",
    );
  });

  test("counts that promise more than is there are refused before anything is allocated", () => {
    expect(() => decodeTransaction(fromHex("01000000fe00000002"))).toThrow(DecodeError);
  });
});
