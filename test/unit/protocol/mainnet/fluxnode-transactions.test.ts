import { describe, expect, test } from "bun:test";
import { bytesKey, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaRecoverCompact, ecdsaRecoverCompactReference } from "../../../../src/protocol/crypto/index.ts";
import {
  benchmarkMessage,
  checkFluxnodeTransaction,
  confirmMessage,
  messageHash,
  ownSignatures,
  startMessage,
  verifyMessage,
} from "../../../../src/protocol/fluxnodes/index.ts";
import { keyAtTime } from "../../../../src/protocol/params/index.ts";
import {
  type FluxnodeConfirm,
  type FluxnodeStart,
  makeTransaction,
} from "../../../../src/protocol/primitives/index.ts";
import { multisigKeys } from "../../../../src/protocol/script/index.ts";
import { MAIN, TRANSACTIONS } from "./vectors.ts";

const recoverers = [
  ["native", ecdsaRecoverCompact],
  ["reference", ecdsaRecoverCompactReference],
] as const;

const starts = TRANSACTIONS.flatMap(({ item, tx }) =>
  tx.fluxnode?.kind === "start" ? [{ item, tx, start: tx.fluxnode }] : [],
);
const confirms = TRANSACTIONS.flatMap(({ item, tx }) =>
  tx.fluxnode?.kind === "confirm" ? [{ item, tx, confirm: tx.fluxnode }] : [],
);

test("the vectors hold 6 STARTs and 17 CONFIRMs", () => {
  expect([starts.length, confirms.length]).toEqual([6, 17]);
  expect(TRANSACTIONS.filter(({ item }) => item.kind.startsWith("fluxnode")).length).toBe(23);
});

describe.each(starts.map((row) => [row.item.kind, row.item.txid, row] as const))(
  "%s %s",
  (_, __, { item, tx, start }) => {
    test("fields", () => {
      expect({
        collateral: { txid: toDisplayHash(start.collateral.txid), vout: start.collateral.index },
        sigTime: start.sigTime,
        collateralPubkey: toHex(start.collateralPublicKey),
        nodePubkey: toHex(start.publicKey),
        redeemScript: toHex(start.redeemScript),
        fluxTxVersion: start.fluxTxVersion,
        sig: toHex(start.signature),
      }).toEqual({
        collateral: item.collateral as never,
        sigTime: item.sigTime as number,
        collateralPubkey: item.collateralPubkey ?? "",
        nodePubkey: item.nodePubkey as string,
        redeemScript: item.redeemScript ?? "",
        fluxTxVersion: item.fluxTxVersion ?? 0,
        sig: item.sig as string,
      });
    });

    test(item.signatureValid === false ? "a foreign key signed it, so it is refused" : "its owner signed it", () => {
      const good = item.signatureValid !== false;
      const owners = item.redeemScript
        ? (multisigKeys(start.redeemScript)?.publicKeys ?? []).map(toHex)
        : [item.collateralPubkey as string];
      for (const [, recover] of recoverers) {
        const signer = toHex(recover(messageHash(startMessage(tx.txid)), start.signature) as Uint8Array);
        expect(owners.includes(signer)).toBe(good);
        if (item.recoveredPubkey) expect(signer).toBe(item.recoveredPubkey);
      }
      expect(ownSignatures(tx, MAIN).map(verifyMessage)).toEqual([good]);
      expect(checkFluxnodeTransaction(tx, MAIN, null) === null).toBe(good);
      const later: FluxnodeStart = { ...start, sigTime: start.sigTime + 1 };
      expect(checkFluxnodeTransaction(makeTransaction({ ...tx, fluxnode: later }), MAIN, null)).toMatchObject({
        reason: "bad-txns-fluxnode-tx-invalid-signature",
      });
    });
  },
);

test("exactly one listed signature must fail", () => {
  expect(starts.filter(({ item }) => item.signatureValid === false).map(({ item }) => item.txid)).toEqual([
    "e8420d9316e9f732f0300b5ff91d4a417551f7ec24cda601d9523ba929c82f7f",
  ]);
});

describe.each(confirms.map((row) => [row.item.txid, row] as const))("CONFIRM %s", (_, { item, tx, confirm }) => {
  test("fields", () => {
    expect({
      collateral: { txid: toDisplayHash(confirm.collateral.txid), vout: confirm.collateral.index },
      sigTime: confirm.sigTime,
      benchmarkTier: confirm.benchmarkTier,
      benchmarkSigTime: confirm.benchmarkSigTime,
      updateType: confirm.updateType,
      ip: confirm.ip,
      sig: toHex(confirm.signature),
      benchmarkSig: toHex(confirm.benchmarkSignature),
      nodeMessage: bytesKey(confirmMessage(confirm)),
    }).toEqual({
      collateral: item.collateral as never,
      sigTime: item.sigTime as number,
      benchmarkTier: item.benchmarkTier as number,
      benchmarkSigTime: item.benchmarkSigTime as number,
      updateType: item.updateType as number,
      ip: item.ip as string,
      sig: item.sig as string,
      benchmarkSig: item.benchmarkSig as string,
      nodeMessage: item.nodeMessage as string,
    });
  });

  test("the node's key", () => {
    for (const [, recover] of recoverers) {
      const signer = recover(messageHash(confirmMessage(confirm)), confirm.signature) as Uint8Array;
      expect(toHex(signer)).toBe(item.nodePubkeyRecovered as string);
    }
  });

  test("the benchmark key that is in force at its own time, and no other", () => {
    const inForce = keyAtTime(MAIN.benchmarkKeys, confirm.benchmarkSigTime);
    for (const [, recover] of recoverers) {
      const signer = recover(messageHash(benchmarkMessage(confirm)), confirm.benchmarkSignature) as Uint8Array;
      expect(toHex(signer)).toBe(toHex(inForce));
    }
    const noted = item.verified
      .map((text) => /in force at benchmarkSigTime \(index (\d)\)/.exec(text)?.[1])
      .filter(Boolean);
    expect(noted).toEqual([String(MAIN.benchmarkKeys.findIndex(({ publicKey }) => publicKey === inForce))]);
    expect(checkFluxnodeTransaction(tx, MAIN, null)).toBeNull();
    for (const { publicKey } of MAIN.benchmarkKeys) {
      const only = { ...MAIN, benchmarkKeys: [{ publicKey, fromTime: 0 }] };
      expect(checkFluxnodeTransaction(tx, only, null) === null).toBe(publicKey === inForce);
    }
  });

  test("the benchmark signature covers tier, time and address", () => {
    const changes: Partial<FluxnodeConfirm>[] = [
      { benchmarkTier: (confirm.benchmarkTier % 3) + 1 },
      { benchmarkSigTime: confirm.benchmarkSigTime + 1 },
      { ip: `${confirm.ip}0` },
    ];
    for (const change of changes) {
      const changed = makeTransaction({ ...tx, fluxnode: { ...confirm, ...change } });
      expect(checkFluxnodeTransaction(changed, MAIN, null)).toMatchObject({
        reason: "bad-txns-fluxnode-tx-invalid-signature",
      });
    }
  });
});

test("the CONFIRMs stand for several eras of the benchmark key", () => {
  const eras = new Set(confirms.map(({ confirm }) => toHex(keyAtTime(MAIN.benchmarkKeys, confirm.benchmarkSigTime))));
  expect(eras.size).toBe(3);
});
