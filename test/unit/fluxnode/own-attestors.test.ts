import { describe, expect, test } from "bun:test";
import {
  bypassAttestor,
  KeyAttestor,
  type KeyAttestorOptions,
  NO_ATTESTOR,
} from "../../../src/fluxnode/attestors/index.ts";
import { type BenchmarkSource, NOT_MEASURED } from "../../../src/fluxnode/index.ts";
import { publicKeyCreate } from "../../../src/protocol/crypto/index.ts";
import { ownSignatures, type Tier, verifyMessage } from "../../../src/protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../../src/protocol/params/index.ts";
import { BENCHMARK_KEY, IP, NODE_KEY, NOW, PARAMS, request } from "./scene.ts";

function measured(tier: Tier | null): BenchmarkSource {
  return { ...NOT_MEASURED, tier };
}

function keyAttestor(more: Partial<KeyAttestorOptions> = {}): KeyAttestor {
  return new KeyAttestor({ params: PARAMS, key: BENCHMARK_KEY, ip: IP, tier: null, benchmarks: measured(1), ...more });
}

/** The network with benchmark keys of given times. */
function withKeys(
  ...keys: readonly (readonly [secret: number, compressed: boolean, fromTime: number])[]
): NetworkParams {
  const benchmarkKeys = keys.map(([secret, compressed, fromTime]) => ({
    publicKey: publicKeyCreate(new Uint8Array(32).fill(secret), compressed),
    fromTime,
  }));
  return { ...PARAMS, benchmarkKeys };
}

describe("a benchmark key of one's own", () => {
  test("attests address, measured tier and time", async () => {
    const attestation = await keyAttestor().attest(request(1));
    if (attestation.kind !== "attested") throw new Error(attestation.cause);
    expect(attestation.tx.fluxnode).toMatchObject({ benchmarkTier: 1, benchmarkSigTime: NOW, ip: IP, sigTime: NOW });
    expect(ownSignatures(attestation.tx, PARAMS).map(verifyMessage)).toEqual([true]);
  });

  test("signs in the form that the network lists, whatever form it was given in", async () => {
    for (const listed of [true, false]) {
      const params = withKeys([9, listed, 0]);
      for (const compressed of [true, false]) {
        const attestation = await keyAttestor({ params, key: { ...BENCHMARK_KEY, compressed } }).attest(request());
        if (attestation.kind !== "attested") throw new Error(attestation.cause);
        expect(ownSignatures(attestation.tx, params).map(verifyMessage)).toEqual([true]);
      }
    }
  });

  test("has to be listed", () => {
    expect(() => keyAttestor({ key: NODE_KEY })).toThrow("no benchmark key of this network");
  });

  test("attests only in its time", async () => {
    const attest = (params: NetworkParams) => keyAttestor({ params }).attest(request());
    expect(await attest(withKeys([9, true, 0], [8, true, NOW]))).toMatchObject({ kind: "refused" });
    expect(await attest(withKeys([8, true, 0], [9, true, NOW + 1]))).toMatchObject({ kind: "refused" });
    expect(await attest(withKeys([8, true, 0], [9, true, NOW]))).toMatchObject({ kind: "attested" });
  });

  test("attests no tier below the collateral's, and none that was not measured", async () => {
    expect(await keyAttestor().attest(request(2))).toMatchObject({
      cause: "this machine reaches CUMULUS, the collateral asks for NIMBUS",
    });
    expect(await keyAttestor({ benchmarks: NOT_MEASURED }).attest(request())).toMatchObject({ kind: "refused" });
  });

  test("attests a chosen tier instead of the measured one", async () => {
    const attestation = await keyAttestor({ tier: 3, benchmarks: NOT_MEASURED }).attest(request(2));
    expect(attestation).toMatchObject({ kind: "attested", tx: { fluxnode: { benchmarkTier: 3 } } });
    expect(await keyAttestor({ tier: 1, benchmarks: measured(3) }).attest(request(2))).toMatchObject({
      kind: "refused",
    });
  });
});

test("without benchmark signatures the collateral's tier is attested and nothing signed", async () => {
  for (const ip of [IP, ""]) {
    const attestation = await bypassAttestor(ip).attest(request(2));
    expect(attestation).toMatchObject({
      kind: "attested",
      tx: { fluxnode: { benchmarkTier: 2, benchmarkSigTime: NOW, ip, benchmarkSignature: new Uint8Array(0) } },
    });
  }
});

test("attestor=none refuses everything", async () => {
  expect(await NO_ATTESTOR.attest(request())).toMatchObject({ kind: "refused" });
});
