import { describe, expect, test } from "bun:test";
import { hash160, publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import {
  checkFluxnodeActivation,
  checkFluxnodeInContext,
  checkFluxnodeTransaction,
  collateralOf,
  type FluxnodeContext,
  fluxnodeTransaction,
  isP2shNode,
  NodeTable,
  paymentScript,
  signConfirm,
  signStart,
  startKind,
} from "../../../../src/protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  COIN,
  type Coin,
  type CoinView,
  type FluxnodeStart,
  NULL_OUTPOINT,
  type OutPoint,
  outPointKey,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import {
  multisigScript,
  payToPublicKey,
  payToPublicKeyHash,
  payToScriptHash,
} from "../../../../src/protocol/script/index.ts";
import { confirmTx, main, numberedOutpoint, record, startTx, vectors } from "./fixtures.ts";

const HEIGHT = 3_000_000;
const SECRET = { secret: new Uint8Array(32).fill(1), compressed: true };
const KEY = publicKeyCreate(SECRET.secret, true);
const OTHER_KEY = publicKeyCreate(new Uint8Array(32).fill(2), true);
const REDEEM = multisigScript(1, [KEY, OTHER_KEY]);
const COLLATERAL = numberedOutpoint(1);
const FOUNDATION = (main.foundationKeys[0] as NetworkParams["foundationKeys"][0]).publicKey;
const EMPTY = new Uint8Array(0);

function coinsWith(coins: readonly [OutPoint, Partial<Coin>][]): CoinView {
  const base: Coin = { value: 1_000n * COIN, script: EMPTY, height: 1, coinbase: false };
  const all = new Map(coins.map(([outpoint, coin]) => [outPointKey(outpoint), { ...base, ...coin }]));
  return {
    coin: (outpoint) => all.get(outPointKey(outpoint)),
    hasTransaction: (txid) => coins.some(([outpoint]) => Buffer.from(outpoint.txid).equals(txid)),
  };
}

function context(fields: Partial<FluxnodeContext>): FluxnodeContext {
  return { table: new NodeTable(), coins: coinsWith([]), blockPath: true, score: 100, ...fields };
}

function refusal(tx: Transaction, fields: Partial<FluxnodeContext>, height = HEIGHT) {
  const verdict = checkFluxnodeInContext(tx, height, main, context(fields));
  return verdict && { reason: verdict.reason, scope: verdict.scope, blame: verdict.blame };
}

describe("version bits", () => {
  for (const row of vectors.flux_tx_version_bits.rows) {
    test(`0x${row.nFluxTxVersion.toString(16)}`, () => {
      const kind = startKind(6, row.nFluxTxVersion);
      expect({ normal: kind === "normal", p2sh: kind === "p2sh" }).toEqual({
        normal: row.is_normal,
        p2sh: row.is_p2sh,
      });
      const tx = startTx(COLLATERAL, { fluxTxVersion: row.nFluxTxVersion }, 6);
      const verdict = checkFluxnodeActivation(tx, main.heights.pon - 1, main, 100);
      expect(verdict?.reason ?? null).toBe(row.allowed_before_pon ? null : "tx-bit-features-not-active");
      expect(checkFluxnodeActivation(tx, main.heights.pon, main, 100)).toBeNull();
    });
  }
});

describe("activation", () => {
  const at = (tx: Transaction, height: number) => checkFluxnodeActivation(tx, height, main, 10)?.reason ?? null;
  const v5 = confirmTx(COLLATERAL, 0, "");
  const v6 = fluxnodeTransaction(6, v5.fluxnode as never);

  test("version 5 from KAMATA, version 6 from P2SHNODES", () => {
    expect(at(v5, main.heights.kamata - 1)).toBe("tx-fluxnodes-not-active");
    expect(at(v5, main.heights.kamata)).toBeNull();
    expect(at(startTx(COLLATERAL, {}, 6), main.heights.p2shNodes - 1)).toBe("tx-p2shnodes-not-active");
    expect(at(startTx(COLLATERAL, {}, 6), main.heights.p2shNodes)).toBeNull();
  });

  test("a version 6 CONFIRM only from PON", () => {
    expect(at(v6, main.heights.pon - 1)).toBe("tx-bit-features-not-active");
    expect(at(v6, main.heights.pon)).toBeNull();
  });
});

describe("stateless rules", () => {
  const reason = (tx: Transaction) => checkFluxnodeTransaction(tx, main, null)?.reason ?? null;
  const p2sh = (redeemScript: Uint8Array) =>
    signStart(startTx(COLLATERAL, { collateralPublicKey: EMPTY, redeemScript, fluxTxVersion: 2 }, 6), SECRET);

  test("type and collateral", () => {
    const untyped = fluxnodeTransaction(5, { kind: "untyped", type: 1, collateral: NULL_OUTPOINT });
    expect(reason(untyped)).toBe("bad-txns-fluxnode-tx-invalid-type");
    expect(reason(startTx(NULL_OUTPOINT))).toBe("bad-txns-fluxnode-tx-null-prevout");
    const input = { prevout: COLLATERAL, scriptSig: EMPTY, sequence: 0 };
    expect(reason({ ...startTx(COLLATERAL), inputs: [input] })).toBe("bad-txns-fluxnode-tx-not-empty");
  });

  test("redeem script", () => {
    expect(reason(p2sh(REDEEM))).toBeNull();
    expect(reason(p2sh(EMPTY))).toBe("bad-txns-fluxnode-tx-redeemscript-not-multisig");
    expect(reason(p2sh(new Uint8Array(10_000)))).toBe("bad-txns-fluxnode-tx-redeemscript-not-multisig");
    expect(reason(p2sh(new Uint8Array(10_001)))).toBe("bad-txns-fluxnode-tx-redeemscript-to-large");
  });

  test("a START with both type bits has nobody who could sign it", () => {
    const tx = startTx(COLLATERAL, { collateralPublicKey: EMPTY, redeemScript: REDEEM, fluxTxVersion: 3 }, 6);
    expect(reason(signStart(tx, SECRET))).toBe("bad-txns-fluxnode-tx-invalid-signature");
  });

  for (const row of vectors.delegate_data.validity) {
    test(`delegate type ${row.type} with ${row.keys} keys`, () => {
      const keys = Array.from({ length: row.keys }, () => KEY);
      const fields: Partial<FluxnodeStart> = {
        collateralPublicKey: KEY,
        fluxTxVersion: 0x101,
        delegates: { using: true, version: 1, type: row.type, keys },
      };
      const expected = row.valid ? null : "bad-txns-fluxnode-tx-delegate-data-invalid";
      expect(reason(signStart(startTx(COLLATERAL, fields, 6), SECRET))).toBe(expected);
    });
  }

  test("delegate keys must be compressed, and the flag byte must be set", () => {
    const withData = (delegates: FluxnodeStart["delegates"]) =>
      reason(signStart(startTx(COLLATERAL, { collateralPublicKey: KEY, fluxTxVersion: 0x101, delegates }, 6), SECRET));
    const uncompressed = publicKeyCreate(SECRET.secret, false);
    const invalid = "bad-txns-fluxnode-tx-delegate-data-invalid";
    expect(withData({ using: true, version: 1, type: 1, keys: [uncompressed] })).toBe(invalid);
    expect(withData({ using: true, version: 1, type: 1, keys: [EMPTY] })).toBe(invalid);
    expect(withData({ using: false, version: 1, type: 0, keys: [] })).toBe(invalid);
  });
});

describe("START in context", () => {
  const start = startTx(COLLATERAL, { collateralPublicKey: KEY });
  const v6 = startTx(COLLATERAL, { collateralPublicKey: KEY }, 6);
  const p2sh = startTx(COLLATERAL, { collateralPublicKey: EMPTY, redeemScript: REDEEM, fluxTxVersion: 2 }, 6);
  const foundation = startTx(COLLATERAL, { collateralPublicKey: FOUNDATION });
  const keyScript = payToPublicKeyHash(hash160(KEY));
  const on = (script: Uint8Array) => ({ coins: coinsWith([[COLLATERAL, { script }]]) });
  const with100 = (reason: string) => ({ reason: `fluxnode-tx-${reason}`, scope: "hash" as const, blame: 100 });

  test("needs a free collateral", () => {
    for (const [status, reason] of [
      ["started", "already-in-chain-or-waiting-for-dos-unban"],
      ["dos", "already-in-chain-or-waiting-for-dos-unban"],
      ["confirmed", "already-in-confirm-chain"],
    ] as const) {
      const table = new NodeTable();
      table.put(record({ collateral: COLLATERAL, status }));
      expect(refusal(start, { ...on(keyScript), table })).toEqual(with100(reason));
    }
    expect(refusal(start, on(keyScript))).toBeNull();
  });

  test("needs an unspent coin; the reason tells whether the transaction has others", () => {
    expect(refusal(start, {})).toEqual(with100("coins-not-found"));
    const other = coinsWith([[{ ...COLLATERAL, index: 9 }, {}]]);
    expect(refusal(start, { coins: other })).toEqual(with100("coins-not-available"));
    expect(refusal(start, { coins: other, score: 10 })?.blame).toBe(10);
  });

  test("its key owns the coin: P2PKH and, for version 5 alone, P2PK", () => {
    const publicKeyScript = payToPublicKey(KEY);
    expect(refusal(start, on(publicKeyScript))).toBeNull();
    expect(refusal(v6, on(keyScript))).toBeNull();
    expect(refusal(v6, on(publicKeyScript))).toEqual(with100("normal-version-not-p2pkh-script"));
    expect(refusal(start, on(payToPublicKeyHash(hash160(OTHER_KEY))))).toEqual(with100("destinations-didn't-match"));
    expect(refusal(start, on(new Uint8Array([0x51])))).toEqual(with100("failed-to-extract-destination"));
  });

  test("P2SH coins: by their redeem script, or by the foundation key", () => {
    const scriptHash = payToScriptHash(hash160(REDEEM));
    expect(refusal(p2sh, on(scriptHash))).toBeNull();
    expect(refusal(p2sh, on(payToScriptHash(hash160(KEY))))).toEqual(with100("p2shnodes-destinations-didn't-match"));
    expect(refusal(p2sh, on(keyScript))).toEqual(with100("p2sh-version-not-p2sh-script"));
    expect(refusal(v6, on(scriptHash))).toEqual(with100("normal-version-not-p2pkh-script"));
    expect(refusal(start, on(scriptHash))).toEqual(with100("p2sh-publickeys-didn't-match"));
    expect(refusal(foundation, on(scriptHash))).toBeNull();
  });
});

describe("CONFIRM in context", () => {
  const signed = (updateType: number, ip = "1.1.1.1") => signConfirm(confirmTx(COLLATERAL, updateType, ip), SECRET);
  const tableWith = (fields: Parameters<typeof record>[0] | object) => {
    const table = new NodeTable();
    table.put(record({ collateral: COLLATERAL, publicKey: KEY, ip: "1.1.1.1", ...fields }));
    return table;
  };
  const confirmed = (lastConfirmed: number) => tableWith({ status: "confirmed", confirmed: 1, lastConfirmed });
  const with100 = (reason: string) => ({ reason: `fluxnode-tx-${reason}`, scope: "hash" as const, blame: 100 });

  test("INITIAL needs a started node", () => {
    expect(refusal(signed(0), { table: tableWith({}) })).toBeNull();
    for (const table of [tableWith({ status: "dos" }), confirmed(HEIGHT - 1)]) {
      expect(refusal(signed(0), { table })).toEqual(with100("invalid-confirm-outpoint-not-started"));
    }
  });

  test("UPDATE needs a confirmed node and its time", () => {
    const tooSoon = with100("invalid-update-confirm-outpoint-not-confirmed-or-too-soon");
    expect(refusal(signed(1), { table: tableWith({}) })).toEqual(
      with100("invalid-update-confirm-outpoint-not-confirmed"),
    );
    expect(refusal(signed(1), { table: confirmed(HEIGHT - 500) })).toEqual(tooSoon);
    expect(refusal(signed(1), { table: confirmed(HEIGHT - 501) })).toBeNull();
    expect(refusal(signed(1, "1.1.1.2"), { table: confirmed(HEIGHT - 4) })).toEqual(tooSoon);
    expect(refusal(signed(1, "1.1.1.2"), { table: confirmed(HEIGHT - 5) })).toBeNull();
  });

  test("the benchmark must reach the tier", () => {
    const low = signConfirm(confirmTx(COLLATERAL, 0, "1.1.1.1", { benchmarkTier: 1 }), SECRET);
    expect(refusal(low, { table: tableWith({ tier: 2 }) })).toEqual(with100("benchmark-tier-to-low-for-collateral"));
    expect(refusal(low, { table: tableWith({ tier: 1 }) })).toBeNull();
  });

  test("without its node a block is invalid for good, while the mempool names no reason", () => {
    expect(refusal(signed(0), {})).toEqual(with100("confirm-without-node"));
    expect(refusal(signed(0), { blockPath: false, score: 10 })).toEqual({ reason: "", scope: "now", blame: 0 });
  });

  test("a wrong node key only condemns this copy", () => {
    const table = tableWith({ publicKey: OTHER_KEY });
    expect(refusal(signed(0), { table })).toEqual({ ...with100("confirm-wrong-node-key"), scope: "copy" });
    expect(refusal(signed(0), { table, blockPath: false, score: 10 })).toEqual({ reason: "", scope: "now", blame: 0 });
  });

  test("a node signature that was checked before is not checked again", () => {
    expect(refusal(signed(0), { table: tableWith({ publicKey: OTHER_KEY }), signaturesChecked: true })).toBeNull();
    expect(refusal(signed(0), { signaturesChecked: true })).toEqual(with100("confirm-without-node"));
  });
});

describe("collateral rule", () => {
  const start = startTx(COLLATERAL, { collateralPublicKey: KEY });
  const foundation = startTx(COLLATERAL, { collateralPublicKey: FOUNDATION });
  const rule = (tx: Transaction, height: number, coin: Partial<Coin>) =>
    collateralOf(tx, height, main, coinsWith([[COLLATERAL, { value: 10_000n * COIN, ...coin }]]));

  test("coin, age and amount", () => {
    expect(collateralOf(start, 600_000, main, coinsWith([]))).toBe("Coins not available");
    expect(rule(start, 600_000, { height: 599_901 })).toBe("Minimum height requirement not met");
    expect(rule(start, 600_000, { height: 599_900 })).toEqual({ tier: 1, amount: 10_000n * COIN });
    expect(rule(start, 600_000, { value: 10_000n * COIN + 1n })).toBe("Couldn't get coin tier from amount");
    expect(rule(start, HEIGHT, {})).toBe("Couldn't get coin tier from amount");
  });

  test("the foundation key between HALVING and P2SHNODES", () => {
    const { halving, p2shNodes } = main.heights;
    const collateral = (height: number) => rule(foundation, height, { value: 100_000n * COIN });
    expect(collateral(halving - 1)).toBe("Using P2SH collateral key before it is active");
    expect(collateral(halving)).toEqual({ tier: 3, amount: 100_000n * COIN });
    const late = (height: number) => rule(foundation, height, { value: 40_000n * COIN });
    expect(late(p2shNodes - 1)).toEqual({ tier: 3, amount: 40_000n * COIN });
    expect(late(p2shNodes)).toBe(
      "Old Style P2SH Nodes is no longer available. Please use new transaction version 6 style.",
    );
  });

  test("a running foundation node can still confirm", () => {
    expect(rule(confirmTx(COLLATERAL, 1, ""), HEIGHT, { value: 40_000n * COIN })).toEqual({
      tier: 3,
      amount: 40_000n * COIN,
    });
  });

  test("version 6 before P2SHNODES", () => {
    const tx = startTx(COLLATERAL, { collateralPublicKey: KEY }, 6);
    expect(rule(tx, main.heights.p2shNodes - 1, { value: 1_000n * COIN })).toBe("Using P2SH nodes before it is active");
  });
});

describe("payment script", () => {
  const none = coinsWith([]);

  test("owner key, redeem script, foundation coin", () => {
    const owner = record({ collateral: COLLATERAL, collateralPublicKey: KEY });
    expect(paymentScript(owner, main, none)).toEqual(payToPublicKeyHash(hash160(KEY)));
    const p2sh = record({ collateral: COLLATERAL, redeemScript: REDEEM, txVersion: 6, fluxTxVersion: 0x102 });
    expect(isP2shNode(p2sh)).toBe(true);
    expect(paymentScript(p2sh, main, none)).toEqual(payToScriptHash(hash160(REDEEM)));
    const foundation = record({ collateral: COLLATERAL, collateralPublicKey: FOUNDATION });
    const script = payToScriptHash(hash160(OTHER_KEY));
    expect(paymentScript(foundation, main, coinsWith([[COLLATERAL, { script }]]))).toEqual(script);
    expect(paymentScript(foundation, main, none)).toBeNull();
  });
});
