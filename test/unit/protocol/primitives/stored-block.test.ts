import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { DecodeError, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  type Block,
  decodeBlock,
  decodeTransaction,
  encodeBlock,
  StoredBlock,
  type StoredTransaction,
} from "../../../../src/protocol/primitives/index.ts";

const vectors = (path: string) => readFileSync(new URL(`../../../vectors/${path}`, import.meta.url));
const json = (path: string) => JSON.parse(vectors(path).toString("utf8"));

/** Recorded blocks with fluxnode and shielded transactions, and those of the main network by both proofs. */
const BLOCKS: Block[] = [
  ...gunzipSync(vectors("fluxd/regtest-a/blocks.hex.gz")).toString("utf8").trim().split("\n"),
  ...(json("mainnet/blocks.json").items as { raw: string }[]).map(({ raw }) => raw),
].map((hex) => decodeBlock(fromHex(hex)));

const TRANSACTIONS = [
  ...(json("mainnet/transactions.json").items as { hex: string }[]),
  ...(json("transactions/fluxnode-layouts.json") as { hex: string }[]),
].map(({ hex }) => decodeTransaction(fromHex(hex)));

function expectSame(block: Block): void {
  const stored = new StoredBlock(block.raw);
  expect(stored.transactionCount).toBe(block.transactions.length);
  expect(stored.header()).toEqual(block.header);
  expect(stored.txids().map(toHex)).toEqual(block.transactions.map(({ txid }) => toHex(txid)));
  for (const [i, tx] of block.transactions.entries()) {
    const part = stored.at(i) as StoredTransaction;
    expect(toHex(part.txid())).toBe(toHex(tx.txid));
    expect(part.decode()).toEqual(tx);
    expect(toHex(block.raw.subarray(stored.offsets[i], stored.offsets[i + 1]))).toBe(toHex(tx.raw));
    for (const [n, { prevout }] of tx.inputs.entries()) {
      expect(part.spends(n, prevout)).toBe(true);
      expect(part.spends(n, { ...prevout, index: prevout.index ^ 1 })).toBe(false);
      expect(part.spends(n, { ...prevout, txid: new Uint8Array(32).fill(7) })).toBe(false);
    }
    expect(part.spends(tx.inputs.length, { txid: new Uint8Array(32), index: 0 })).toBe(false);
  }
  expect(stored.at(block.transactions.length)).toBeUndefined();
}

describe("a stored block", () => {
  test("has the parts that decoding gives, in recorded blocks", () => {
    expect(BLOCKS.length).toBeGreaterThan(1000);
    const kinds = new Set(
      BLOCKS.flatMap(({ transactions }) => transactions.map((tx) => tx.fluxnode?.kind ?? tx.version)),
    );
    expect([...kinds]).toEqual(expect.arrayContaining(["start", "confirm", 4]));
    for (const block of BLOCKS) expectSame(block);
  });

  test("has them whatever transactions it holds", () => {
    const headers = fc.constantFrom(...BLOCKS.slice(-2).map(({ header }) => header));
    fc.assert(
      fc.property(headers, fc.array(fc.constantFrom(...TRANSACTIONS), { maxLength: 6 }), (header, transactions) => {
        expectSame(decodeBlock(encodeBlock(header, transactions)));
      }),
      { numRuns: 100 },
    );
  });

  test("cut short it is refused", () => {
    const { raw } = BLOCKS.at(-1) as Block;
    fc.assert(
      fc.property(fc.nat({ max: raw.length - 1 }), (length) => {
        expect(() => new StoredBlock(raw.subarray(0, length))).toThrow(DecodeError);
      }),
    );
  });
});
