import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChainReader, HeaderEntry } from "../../../../src/chain/index.ts";
import { fromDisplayHash, fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { type Block, decodeBlock, decodeTransaction } from "../../../../src/protocol/primitives/index.ts";
import { payToPublicKeyHash } from "../../../../src/protocol/script/index.ts";
import { createRpcHandler, writeJson } from "../../../../src/server/rpc/index.ts";
import { call, failure, fakeContext, MAIN, TEST } from "./fake-context.ts";

const VECTORS = join(import.meta.dir, "../../../vectors");
const read = (file: string) => JSON.parse(readFileSync(join(VECTORS, file), "utf8"));

type Answer = Record<string, unknown>;
const answers = read("rpc/mainnet-answers.json").items as { method: string; params: unknown; result: Answer }[];
const answerOf = (method: string) => answers.find((item) => item.method === method)?.result as Answer;
const transactions = read("mainnet/transactions.json").items as { txid: string; hex: string; kind: string }[];
const ponTransactions = (
  read("mainnet/pon-block-transactions.json").items as { transactions: { txid: string; hex: string }[] }[]
).flatMap((block) => block.transactions);
const blocks = (read("mainnet/blocks.json").items as { raw: string }[]).map(({ raw }) => decodeBlock(fromHex(raw)));
const hexOf = (txid: string) => [...transactions, ...ponTransactions].find((item) => item.txid === txid)?.hex as string;

/** The spent index of the daemon that answered is not at hand. */
function withoutSpentFields(tx: Answer): Answer {
  const copy = structuredClone(tx) as { vin?: Answer[]; vout?: Answer[] };
  for (const input of copy.vin ?? []) for (const key of ["value", "valueSat", "address"]) delete input[key];
  for (const output of copy.vout ?? [])
    for (const key of ["spentTxId", "spentIndex", "spentHeight"]) delete output[key];
  return copy as Answer;
}

const decode = (hex: string, params = MAIN) =>
  call(fakeContext(params), "decoderawtransaction", hex) as Promise<Answer>;
/** Equal, keys in the same order. */
const expectSame = (actual: unknown, expected: unknown) =>
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));

describe("decoderawtransaction answers as main-network nodes did", () => {
  test("for STARTs of versions 5 and 6", async () => {
    for (const name of ["getrawtransaction (decoded START v5)", "getrawtransaction (decoded START v6 P2SH)"]) {
      const { blockhash, height, confirmations, time, blocktime, ...shape } = answerOf(name);
      expectSame(await decode(hexOf(shape.txid as string)), shape);
    }
  });

  test("for the transactions of the first PON block", async () => {
    const block = blocks.find(({ header }) => header.proof.kind === "pon") as Block;
    const shown = answerOf("getblock").tx as Answer[];
    expect(shown.length).toBe(block.transactions.length);
    for (const [i, tx] of block.transactions.entries()) {
      expectSame(await decode(toHex(tx.raw)), withoutSpentFields(shown[i] as Answer));
    }
  });

  test("on the test network, with the mempool's spent values left out", async () => {
    for (const recorded of read("rpc/testnet-mempool-answers.json") as Record<string, Answer>[]) {
      const shape = recorded.decoderawtransaction as Answer;
      const hex = recorded["getrawtransaction 1"]?.hex as string;
      expectSame(await decode(hex, TEST), withoutSpentFields(shape));
      expectSame(
        await decode(`${hex}00ff`, TEST),
        withoutSpentFields(shape), // Bytes behind the transaction are ignored.
      );
    }
  });

  test("and shows every kind in full", async () => {
    for (const { txid, hex, kind } of transactions) {
      const shape = await decode(hex);
      expect([kind, shape.txid]).toEqual([kind, txid]);
      const keys = Object.keys(shape);
      if (kind.startsWith("fluxnode")) expect(keys.slice(2, 5)).toEqual(["type", "collateral_output", "collateral"]);
      else expect(keys).toContain("vJoinSplit");
      if (kind === "sprout-joinsplit") {
        expect(Object.keys((shape.vJoinSplit as Answer[])[0] as Answer)).toEqual([
          "vpub_old",
          "vpub_oldZat",
          "vpub_new",
          "vpub_newZat",
          "anchor",
          "nullifiers",
          "commitments",
          "onetimePubKey",
          "randomSeed",
          "macs",
          "proof",
          "ciphertexts",
        ]);
      }
      if (kind === "sapling") expect(keys.at(-1)).toBe("bindingSig");
    }
  });
});

describe("getrawtransaction", () => {
  const item = transactions.find(({ kind }) => kind === "transparent") as (typeof transactions)[0];
  const transaction = decodeTransaction(fromHex(item.hex));
  const entry = { hash: fromDisplayHash("22".repeat(32)), height: 40, time: 1234 } as HeaderEntry;
  const reader = (active: boolean): Partial<ChainReader> => ({
    transaction: (txid) => (toDisplayHash(txid) === item.txid ? { transaction, entry, index: 1 } : undefined),
    isActive: () => active,
  });

  test("gives hex, or the object with its place", async () => {
    const context = fakeContext(MAIN, reader(true));
    expect(await call(context, "getrawtransaction", item.txid)).toBe(item.hex);
    expect(await call(context, "getrawtransaction", item.txid, 0)).toBe(item.hex);
    const shape = (await call(context, "getrawtransaction", item.txid, 1)) as Answer;
    expect(Object.keys(shape)[0]).toBe("hex");
    expect(Object.entries(shape).slice(-5)).toEqual([
      ["blockhash", "22".repeat(32)],
      ["height", 40],
      ["confirmations", 3],
      ["time", 1234],
      ["blocktime", 1234],
    ]);
  });

  test("says so when the block is off the active chain", async () => {
    const shape = (await call(fakeContext(MAIN, reader(false)), "getrawtransaction", item.txid, 1)) as Answer;
    expect(Object.entries(shape).slice(-2)).toEqual([
      ["height", -1],
      ["confirmations", 0],
    ]);
  });

  test("fails for an unknown one", async () => {
    expect(await failure(fakeContext(MAIN, reader(true)), "getrawtransaction", "00")).toEqual([
      -5,
      "No information available about transaction",
    ]);
  });

  test("tells spent values where the index knows them", async () => {
    const spent: Partial<ChainReader> = {
      ...reader(true),
      indexes: true,
      spent: ({ txid, index }) => ({
        txid,
        inputIndex: 3,
        height: 39,
        satoshis: BigInt(index) + 100_000_000n,
        address: index === 0 ? { kind: 1, hash: new Uint8Array(20) } : null,
      }),
      spenders: (outpoints) => outpoints.map(({ txid }) => ({ txid, inputIndex: 3, height: 39 })),
      spentBy: () =>
        Array.from({ length: 100 }, (_, index) => ({
          value: BigInt(index) + 100_000_000n,
          script: index === 0 ? payToPublicKeyHash(new Uint8Array(20)) : new Uint8Array(0),
          height: 3,
          coinbase: false,
        })),
    };
    const handler = createRpcHandler(fakeContext(MAIN, spent));
    // In a block, and in none.
    for (const asked of [handler("getrawtransaction", [item.txid, 1]), handler("decoderawtransaction", [item.hex])]) {
      const result = writeJson(await asked);
      expect(result).toMatch(
        /"value":1\.0000000\d,"valueSat":10000000\d,("address":"t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs",)?"sequence"/,
      );
      expect(result).toContain(`"spentTxId":"${item.txid}","spentIndex":3,"spentHeight":39}`);
    }
  });
});

test("decoderawblock prints a block for people", async () => {
  for (const block of blocks) {
    const text = (await call(fakeContext(), "decoderawblock", toHex(block.raw))) as string;
    const lines = text.split("\n");
    expect(lines[0]).toStartWith(`CBlock(hash=${toDisplayHash(block.header.hash)}, ver=${block.header.version}, `);
    expect(lines.filter((line) => line.startsWith("  CTransaction(hash=")).length).toBe(block.transactions.length);
    expect(text).toEndWith("\n  vMerkleTree: \n");
    expect(text).toMatch(/\n {4}CTxIn\(COutPoint\(0000000000, 4294967295\), coinbase [0-9a-f]+\)\n/);
    expect(text).toMatch(/\n {4}CTxOut\(nValue=\d+\.\d{8}, scriptPubKey=[0-9a-f]{30}\)\n/);
  }
});
