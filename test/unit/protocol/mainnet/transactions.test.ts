import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaSign, ed25519Verify, hash160, publicKeyCreate, sha256d } from "../../../../src/protocol/crypto/index.ts";
import {
  decodeTransaction,
  encodeTransaction,
  isCoinbase,
  type Transaction,
  type TxInput,
} from "../../../../src/protocol/primitives/index.ts";
import {
  addressOf,
  CONSENSUS_FLAGS,
  checkInput,
  heightPush,
  signatureHash,
} from "../../../../src/protocol/script/index.ts";
import {
  verifyBindingSignature,
  verifySaplingOutput,
  verifySaplingSpend,
} from "../../../../src/protocol/shielded/index.ts";
import { MAIN, readVectors, TRANSACTIONS, type TransactionItem, unknownFields } from "./vectors.ts";

const PLAIN = [
  ...["txid", "version", "size", "hex", "kind", "height", "branchId", "locktime", "expiryHeight", "valueBalance"],
  ...["saplingSpends", "saplingOutputs", "joinSplits", "coinbaseHeight", "inputs", "outputs", "fullHash"],
];
/** Judged in fluxnode-transactions.test.ts. */
const FLUXNODE = [
  ...["collateral", "sigTime", "sig", "collateralPubkey", "nodePubkey", "redeemScript", "fluxTxVersion"],
  ...["signatureValid", "recoveredPubkey", "benchmarkTier", "benchmarkSigTime", "benchmarkSig", "updateType"],
  ...["ip", "nodeMessage", "nodePubkeyRecovered"],
];
const SAPLING_BRANCH = 0x76b809bb;

const byKind = (kind: string) => TRANSACTIONS.filter(({ item }) => item.kind === kind);
const find = (txid: string) => TRANSACTIONS.find(({ item }) => item.txid === txid) as (typeof TRANSACTIONS)[0];

function expectInputsAndOutputs(tx: Transaction, item: TransactionItem): void {
  const inputs = (item.inputs ?? []).map((input) =>
    input.coinbase === undefined
      ? [input.txid, input.vout, input.scriptSig, input.sequence]
      : ["00".repeat(32), 0xffffffff, input.coinbase, input.sequence],
  );
  expect(
    tx.inputs.map(({ prevout, scriptSig, sequence }): unknown[] => [
      toDisplayHash(prevout.txid),
      prevout.index,
      toHex(scriptSig),
      sequence,
    ]),
  ).toEqual(inputs);
  expect(
    tx.outputs.map(({ value, script }) => ({
      valueZat: Number(value),
      script: toHex(script),
      address: addressOf(script, MAIN.base58) as string,
    })),
  ).toEqual([...(item.outputs ?? [])]);
}

describe("transactions of the main network", () => {
  test("of every kind are there", () => {
    const counts = new Map<string, number>();
    for (const { item } of TRANSACTIONS) counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      coinbase: 11,
      transparent: 10,
      sapling: 1,
      "sprout-joinsplit": 2,
      "fluxnode-confirm-v5": 17,
      "fluxnode-start-v5": 3,
      "fluxnode-start-v6-normal": 1,
      "fluxnode-start-v6-p2sh": 2,
    });
  });

  test.each(TRANSACTIONS.map(({ item, tx }) => [item.kind, item.txid, item, tx] as const))(
    "%s %s",
    (kind, _, item, tx) => {
      expect(unknownFields(item, kind.startsWith("fluxnode") ? [...PLAIN, ...FLUXNODE] : PLAIN)).toEqual([]);
      expect({
        txid: toDisplayHash(tx.txid),
        version: tx.version,
        size: tx.raw.length,
        hex: toHex(encodeTransaction(tx)),
        locktime: tx.lockTime,
        expiryHeight: tx.expiryHeight,
        valueBalance: Number(tx.valueBalance),
        saplingSpends: tx.shieldedSpends.length,
        saplingOutputs: tx.shieldedOutputs.length,
        joinSplits: tx.joinSplits.length,
      }).toEqual({
        txid: item.txid,
        version: item.version,
        size: item.size,
        hex: item.hex,
        locktime: item.locktime ?? 0,
        expiryHeight: item.expiryHeight ?? 0,
        valueBalance: item.valueBalance ?? 0,
        saplingSpends: item.saplingSpends ?? 0,
        saplingOutputs: item.saplingOutputs ?? 0,
        joinSplits: item.joinSplits ?? 0,
      });
      expect(toDisplayHash(sha256d(tx.raw))).toBe(item.fullHash ?? item.txid);
      expect(item.fullHash !== undefined).toBe(kind.startsWith("fluxnode"));
      expectInputsAndOutputs(tx, item);
      expect(isCoinbase(tx)).toBe(kind === "coinbase");
      if (item.coinbaseHeight !== undefined) {
        const push = toHex(heightPush(item.coinbaseHeight));
        expect(toHex(tx.inputs[0]?.scriptSig as Uint8Array)).toStartWith(push);
      }
    },
  );
});

describe("signatures of transparent inputs", () => {
  const spends = byKind("transparent").flatMap(({ item, tx }) =>
    (item.inputs ?? []).map((input, inputIndex) => ({ item, tx, input, inputIndex })),
  );
  const known = spends.filter(({ input }) => input.sighash !== undefined);

  test("all are known but those of the examples without previous outputs", () => {
    expect(known.length).toBe(30);
    const rest = spends.filter(({ input }) => input.sighash === undefined).map(({ item }) => item.txid.slice(0, 8));
    expect(rest).toEqual(["381bfe56", "36666054", "c84639da"]);
  });

  test("each has its signature hash and is valid for the output that it spends", () => {
    for (const { item, tx, input, inputIndex } of known) {
      const script = fromHex(input.prevScript as string);
      const value = BigInt(input.prevValueZat as number);
      const branchId = Number.parseInt(item.branchId as string, 16);
      expect(branchId).toBe(SAPLING_BRANCH);
      expect(addressOf(script, MAIN.base58)).toBe(input.prevAddress as string);
      const request = { tx, inputIndex, scriptCode: script, amount: value, hashType: 1, branchId };
      expect(toHex(signatureHash(request) as Uint8Array)).toBe(input.sighash as string);
      const check = { tx, inputIndex, branchId, flags: CONSENSUS_FLAGS };
      expect(checkInput({ ...check, coin: { value, script } })).toBeNull();
      expect(checkInput({ ...check, coin: { value: value - 1n, script } })).not.toBeNull();
    }
  });

  test("the one in block 2020000 fits the value that the fees of its block leave", () => {
    // The only transaction with a fee there, so the input is worth its outputs and the fees of the coinbase.
    const { tx } = find("c84639dadf8d7d321e813f795ba543929a4a64a7b3bff792c722bdeee4c27d04");
    const { coinbasePayouts } = readVectors<{ coinbasePayouts: { height: number; fees: number }[] }>(
      "mainnet/chain-facts.json",
    );
    const fees = BigInt(coinbasePayouts.find(({ height }) => height === 2_020_000)?.fees as number);
    const value = tx.outputs.reduce((sum, output) => sum + output.value, fees);
    // A compressed key ends the script.
    const publicKey = (tx.inputs[0] as TxInput).scriptSig.subarray(-33);
    const script = fromHex(`76a914${toHex(hash160(publicKey))}88ac`);
    const check = { tx, inputIndex: 0, branchId: SAPLING_BRANCH, flags: CONSENSUS_FLAGS };
    expect(checkInput({ ...check, coin: { value, script } })).toBeNull();
    expect(checkInput({ ...check, coin: { value: value + 1n, script } })).not.toBeNull();
  });

  test("the test key of the wallet vectors signed as we sign", () => {
    const { items } = readVectors<{ items: { privateKey: string; publicKey: string; signsTxid?: string }[] }>(
      "keys/hd-and-keys.json",
    );
    const signers = items.filter((item) => item.signsTxid !== undefined);
    expect(signers.length).toBe(1);
    for (const { privateKey, publicKey, signsTxid } of signers) {
      const { tx, item } = find(signsTxid as string);
      const secret = fromHex(privateKey);
      expect(toHex(publicKeyCreate(secret, true))).toBe(publicKey);
      for (const [i, { scriptSig }] of tx.inputs.entries()) {
        const signature = ecdsaSign(fromHex(item.inputs?.[i]?.sighash as string), secret);
        const length = (signature.length + 1).toString(16).padStart(2, "0");
        expect(toHex(scriptSig)).toBe(`${length}${toHex(signature)}0121${publicKey}`);
      }
    }
  });
});

describe("signatures of shielded transactions", () => {
  const hashOf = (tx: Transaction, branchId: number) =>
    signatureHash({
      tx,
      inputIndex: null,
      scriptCode: new Uint8Array(0),
      amount: 0n,
      hashType: 1,
      branchId,
    }) as Uint8Array;

  test("of the Sprout transaction", () => {
    for (const { tx } of byKind("sprout-joinsplit")) {
      const sighash = hashOf(tx, 0);
      expect(ed25519Verify(sighash, tx.joinSplitSig, tx.joinSplitPubKey)).toBe(true);
      const { raw } = tx;
      const changed = raw.slice();
      // The lock time, in front of the count of JoinSplits.
      changed[raw.length - 32 - 64 - 1802 - 1 - 1] = 1;
      expect(ed25519Verify(hashOf(decodeTransaction(changed), 0), tx.joinSplitSig, tx.joinSplitPubKey)).toBe(false);
    }
  });

  test("of the Sapling transaction", () => {
    for (const { tx } of byKind("sapling")) {
      const sighash = hashOf(tx, SAPLING_BRANCH);
      const { shieldedSpends: spends, shieldedOutputs: outputs, valueBalance, bindingSig } = tx;
      for (const spend of spends) {
        expect(verifySaplingSpend(spend, sighash)).toBe(true);
        expect(verifySaplingSpend(spend, hashOf(tx, 0))).toBe(false);
      }
      for (const output of outputs) expect(verifySaplingOutput(output)).toBe(true);
      expect(verifyBindingSignature(spends, outputs, valueBalance, bindingSig, sighash)).toBe(true);
      expect(verifyBindingSignature(spends, outputs, valueBalance + 1n, bindingSig, sighash)).toBe(false);
    }
  });
});
