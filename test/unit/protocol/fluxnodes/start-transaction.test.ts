import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import {
  attestConfirm,
  checkFluxnodeTransaction,
  legacyStart,
  NodeTable,
  SIGNED_BY_DELEGATE,
  signConfirm,
  signStart,
  unsignedConfirm,
  updatedDelegates,
  upgradedStart,
} from "../../../../src/protocol/fluxnodes/index.ts";
import {
  type DelegateData,
  DelegateType,
  decodeTransaction,
  decodeWif,
  encodeFluxnodeUnsigned,
  makeTransaction,
  type PrivateKey,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import { main, outpoint, record, vectors } from "./fixtures.ts";

const { common, cases } = vectors.v6_start_hash_preimages;
const FIELDS = {
  collateral: outpoint(`${"1234".padStart(64, "0")}:0`),
  publicKey: fromHex(common.pubKey),
  sigTime: 1_700_000_000,
};
const BY_KEY = { kind: "key", publicKey: fromHex(common.collateralPubkey) } as const;
const BY_SCRIPT = { kind: "script", redeemScript: fromHex(common.redeemScript) } as const;
const ONE_KEY = updatedDelegates([fromHex(common.delegate_key)]);
const FLAG_FALSE: DelegateData = { using: false, version: 0, type: DelegateType.none, keys: [] };

const BUILT: Readonly<Record<string, Transaction>> = {
  v6_normal: upgradedStart(FIELDS, BY_KEY),
  v6_normal_delegates_update_one_key: upgradedStart(FIELDS, BY_KEY, ONE_KEY),
  v6_normal_delegates_update_empty: upgradedStart(FIELDS, BY_KEY, updatedDelegates([])),
  v6_normal_delegates_signing: upgradedStart(FIELDS, BY_KEY, SIGNED_BY_DELEGATE),
  v6_normal_delegates_flag_false: upgradedStart(FIELDS, BY_KEY, FLAG_FALSE),
  v6_p2sh: upgradedStart(FIELDS, BY_SCRIPT),
  v6_p2sh_delegates_update_one_key: upgradedStart(FIELDS, BY_SCRIPT, ONE_KEY),
  v6_p2sh_delegates_signing: upgradedStart(FIELDS, BY_SCRIPT, SIGNED_BY_DELEGATE),
};

describe("STARTs of the specification", () => {
  for (const { name, hash_preimage_hex, txid } of cases) {
    const tx = BUILT[name];
    // Conflicting type bits can be read, but there is no reason to write them.
    if (name.startsWith("v6_conflicting")) continue;
    test(name, () => {
      expect(tx).toBeDefined();
      expect(toDisplayHash((tx as Transaction).txid)).toBe(txid);
      expect(toHex(encodeFluxnodeUnsigned(tx as Transaction))).toBe(hash_preimage_hex);
    });
  }
});

/** The transaction of a vector, made again from what it says and the signature that it has. */
function rebuilt(tx: Transaction): Transaction {
  const node = tx.fluxnode;
  if (node?.kind === "start") {
    const owner =
      node.redeemScript.length > 0
        ? ({ kind: "script", redeemScript: node.redeemScript } as const)
        : ({ kind: "key", publicKey: node.collateralPublicKey } as const);
    const made =
      tx.version === 5 ? legacyStart(node, node.collateralPublicKey) : upgradedStart(node, owner, node.delegates);
    if (made.fluxnode?.kind !== "start") throw new Error("no START");
    return makeTransaction({ ...made, fluxnode: { ...made.fluxnode, signature: node.signature } });
  }
  if (node?.kind !== "confirm") throw new Error("neither START nor CONFIRM");
  const { collateral, sigTime, updateType, signature, benchmarkSignature, benchmarkTier, benchmarkSigTime, ip } = node;
  const made = unsignedConfirm({ collateral, sigTime, kind: updateType === 0 ? "initial" : "update" });
  if (made.fluxnode?.kind !== "confirm") throw new Error("no CONFIRM");
  const filled = { signature, benchmarkSignature, benchmarkTier, benchmarkSigTime, ip };
  return makeTransaction({ ...made, fluxnode: { ...made.fluxnode, ...filled } });
}

describe("transactions of the main network, byte for byte", () => {
  for (const { name, raw_hex, txid } of vectors.transactions) {
    test(name, () => {
      const made = rebuilt(decodeTransaction(fromHex(raw_hex)));
      expect(toHex(made.raw)).toBe(raw_hex);
      expect(toDisplayHash(made.txid)).toBe(txid);
    });
  }
});

function privateKey(wif: string): PrivateKey {
  const key = decodeWif(wif, main.base58);
  if (!key) throw new Error("no key");
  return key;
}

const { key1, key2, vps_key } = vectors.p2sh_start_unit_test;

describe("signed", () => {
  const [owner, other, machine] = [privateKey(key1.wif), privateKey(key2.wif), privateKey(vps_key.wif)];
  const table = new NodeTable();
  const refused = "bad-txns-fluxnode-tx-invalid-signature";
  const reasonOf = (tx: Transaction) => checkFluxnodeTransaction(decodeTransaction(tx.raw), main, table)?.reason;

  test("by the owner's key, in both versions; by nobody else", () => {
    for (const start of [legacyStart(FIELDS, BY_KEY.publicKey), upgradedStart(FIELDS, BY_KEY, ONE_KEY)]) {
      expect(reasonOf(signStart(start, owner))).toBeUndefined();
      expect(reasonOf(signStart(start, other))).toBe(refused);
      expect(reasonOf(start)).toBe(refused);
      expect(signStart(start, owner).txid).toEqual(start.txid);
    }
  });

  test("by any one key of the script", () => {
    const start = upgradedStart(FIELDS, BY_SCRIPT, ONE_KEY);
    expect(reasonOf(signStart(start, owner))).toBeUndefined();
    expect(reasonOf(signStart(start, other))).toBeUndefined();
    expect(reasonOf(signStart(start, machine))).toBe(refused);
  });

  test("by a stored delegate, and then not by the owner", () => {
    const start = upgradedStart(FIELDS, BY_KEY, SIGNED_BY_DELEGATE);
    const stored = new NodeTable();
    const judge = (tx: Transaction) => checkFluxnodeTransaction(decodeTransaction(tx.raw), main, stored)?.reason;
    expect(judge(signStart(start, other))).toBe(refused);
    stored.putDelegates(FIELDS.collateral, { version: 1, type: DelegateType.update, keys: ONE_KEY.keys });
    expect(judge(signStart(start, other))).toBeUndefined();
    expect(judge(signStart(start, owner))).toBe(refused);
  });

  test("a CONFIRM by node and benchmark key", () => {
    const benchmarkKey = { secret: new Uint8Array(32).fill(9), compressed: true };
    const publicKey = publicKeyCreate(benchmarkKey.secret, true);
    const params = { ...main, benchmarkKeys: [{ publicKey, fromTime: 0 }] } as unknown as typeof main;
    const nodes = new NodeTable();
    nodes.put(record({ collateral: FIELDS.collateral, publicKey: FIELDS.publicKey }));
    const judge = (tx: Transaction) => checkFluxnodeTransaction(decodeTransaction(tx.raw), params, nodes)?.reason;
    const unsigned = unsignedConfirm({ collateral: FIELDS.collateral, kind: "update", sigTime: FIELDS.sigTime });
    const result = { tier: 1, sigTime: FIELDS.sigTime, ip: "198.51.100.7" };
    expect(judge(attestConfirm(signConfirm(unsigned, machine), result, benchmarkKey))).toBeUndefined();
    expect(judge(attestConfirm(signConfirm(unsigned, owner), result, benchmarkKey))).toBe(refused);
    expect(judge(attestConfirm(signConfirm(unsigned, machine), result, owner))).toBe(refused);
    expect(judge(signConfirm(unsigned, machine))).toBe(refused);
  });
});
