import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { equihashParametersFor } from "../../../../src/protocol/crypto/index.ts";
import { branchIdAt, type TimedKey, type UpgradeEntry } from "../../../../src/protocol/params/index.ts";
import { decodeHeader, PON_BLOCK_VERSION } from "../../../../src/protocol/primitives/index.ts";
import {
  blockSubsidy,
  blockWork,
  checkCoinbaseAmount,
  coinbaseOutputs,
  ponSlot,
  tierAmount,
} from "../../../../src/protocol/rules/index.ts";
import { addressOf } from "../../../../src/protocol/script/index.ts";
import { difficulty } from "../../../../src/server/rpc/shapes/difficulty.ts";
import { BLOCKS, HEADERS, MAIN, PARTIAL_BLOCKS, readVectors, TRANSACTIONS } from "./vectors.ts";

interface Payment {
  readonly address: string;
  readonly height: number;
  readonly amountZat: number;
}

interface Facts {
  readonly magic: string;
  readonly defaultPort: number;
  readonly protocolVersions: Record<string, number>;
  readonly base58: Record<string, string>;
  readonly bech32: Record<string, string>;
  readonly bip44CoinType: number;
  readonly upgrades: readonly { name: string; branchId: string; height: number }[];
  readonly pow: {
    limit: string;
    targetSpacing: number;
    averagingWindow: number;
    lwmaWindow: number;
    equihashFadeLength: number;
    solutionSizes: Record<string, number>;
  };
  readonly pon: {
    activationHeight: number;
    blockVersion: number;
    limit: string;
    startLimit: string;
    targetSpacing: number;
    difficultyWindow: number;
    initialSubsidy: number;
    reductionInterval: number;
    maxReductions: number;
    workPerBlock: string;
    slot: string;
    hash: string;
  };
  readonly funding: {
    exchange: Payment;
    foundation: Payment;
    swapPool: { address: string; startHeight: number; interval: number; maxTimes: number; amountZat: number };
    devFundAddress: string;
  };
  readonly fluxnodes: {
    startPaymentsHeight: number;
    benchmarkingPublicKeys: readonly { key: string; from: number }[];
    p2shPublicKeys: readonly { key: string; from: number }[];
    emergencyPublicKeys: readonly string[];
    emergencyMinSignatures: number;
    emergencyCollateralHash: string;
    transition: Record<"cumulus" | "nimbus" | "stratus", [number, number]>;
  };
  readonly minimumChainWork: string;
  readonly chainWork: readonly { height: number; chainwork: string }[];
  readonly difficulty: readonly { bits: string; difficulty: number; height: number }[];
  readonly coinbasePayouts: readonly { height: number; outputsZat: number[]; fees?: number }[];
}

const facts = readVectors<Facts>("mainnet/chain-facts.json");
const PON_WORK = 1n << 40n;

describe("what public sources say about the main network", () => {
  test("is all looked at here, but for the sizes of the shielded pools, which only the chain knows", () => {
    expect(Object.keys(facts).sort()).toEqual([
      ...["base58", "bech32", "bip44CoinType", "chainWork", "coinbasePayouts", "defaultPort", "description"],
      ...["difficulty", "fluxnodes", "funding", "magic", "minimumChainWork", "pon", "pow", "protocolVersions"],
      ...["source", "upgrades", "valuePools", "verified"],
    ]);
  });

  test("network, keys and addresses", () => {
    const { base58, bech32 } = MAIN;
    expect(toHex(MAIN.magic)).toBe(facts.magic);
    expect(MAIN.p2pPort).toBe(facts.defaultPort);
    expect(MAIN.bip44CoinType).toBe(facts.bip44CoinType);
    expect({
      pubkeyAddress: toHex(base58.p2pkh),
      scriptAddress: toHex(base58.p2sh),
      secretKey: toHex(base58.wif),
      extPublicKey: toHex(base58.xpub),
      extSecretKey: toHex(base58.xprv),
      sproutAddress: toHex(base58.sproutPaymentAddress),
      sproutViewingKey: toHex(base58.sproutViewingKey),
      sproutSpendingKey: toHex(base58.sproutSpendingKey),
    }).toEqual(facts.base58 as never);
    expect({
      saplingAddress: bech32.saplingPaymentAddress,
      saplingFullViewingKey: bech32.saplingFullViewingKey,
      saplingIncomingViewingKey: bech32.saplingIncomingViewingKey,
      saplingSpendingKey: bech32.saplingExtendedSpendKey,
    }).toEqual(facts.bech32 as never);
  });

  test("upgrades and their protocol versions", () => {
    const active = MAIN.upgradeTable.filter(({ activationHeight }) => activationHeight >= 0);
    const shown = ({ name, branchId, activationHeight }: UpgradeEntry) => ({
      name,
      branchId: branchId.toString(16).padStart(8, "0"),
      height: activationHeight,
    });
    expect(active.map(shown)).toEqual(facts.upgrades.map(({ name, branchId, height }) => ({ name, branchId, height })));
    for (const { height, branchId } of facts.upgrades) {
      expect(branchIdAt(MAIN, height)).toBe(Number.parseInt(branchId, 16));
    }
    for (const [name, version] of Object.entries(facts.protocolVersions)) {
      expect(active.find((entry) => entry.name === name)?.protocolVersion).toBe(version);
    }
  });

  test("proof of work", () => {
    const { solutionSizes, ...pow } = facts.pow;
    expect({
      limit: MAIN.powLimit.target.toString(16).padStart(64, "0"),
      targetSpacing: MAIN.powTargetSpacing,
      averagingWindow: MAIN.digishieldAveragingWindow,
      lwmaWindow: MAIN.lwmaAveragingWindow,
      equihashFadeLength: MAIN.equihashFadeLength,
    }).toEqual(pow);
    expect(Object.keys(solutionSizes).length).toBe(5);
    for (const [name, size] of Object.entries(solutionSizes)) {
      const { n, k } = equihashParametersFor(size) as { n: number; k: number };
      expect(`${n},${k}`).toBe(name);
    }
    for (const { n, k, solutionBytes } of MAIN.equihashEpochs) expect(solutionSizes[`${n},${k}`]).toBe(solutionBytes);
  });

  test("Proof of Node", () => {
    const { workPerBlock, slot, hash, ...pon } = facts.pon;
    expect({
      activationHeight: MAIN.heights.pon,
      blockVersion: PON_BLOCK_VERSION,
      limit: MAIN.ponLimit.target.toString(16).padStart(64, "0"),
      startLimit: MAIN.ponStartLimit.target.toString(16).padStart(64, "0"),
      targetSpacing: MAIN.ponTargetSpacing,
      difficultyWindow: MAIN.ponDifficultyWindow,
      initialSubsidy: MAIN.ponInitialSubsidy,
      reductionInterval: MAIN.ponSubsidyReductionInterval,
      maxReductions: MAIN.ponMaxReductions,
    }).toEqual(pon);
    expect(workPerBlock).toBe(`${PON_WORK.toString(16)} (2^40)`);
    expect(blockWork({ version: PON_BLOCK_VERSION, bits: 0x1f0bffff })).toBe(PON_WORK);
    // The hash formula is put to the first block in blocks.test.ts.
    expect(slot).toBe(`floor((time - ${MAIN.genesisTime}) / ${MAIN.ponTargetSpacing})`);
    expect(hash).toStartWith("double-SHA-256(collateral txid LE, vout LE32, previous block hash LE, slot LE32");
    for (const { time, slot: stated } of BLOCKS) if (stated !== undefined) expect(ponSlot(time, MAIN)).toBe(stated);
  });

  test("protocol payments", () => {
    const { exchange, foundation, swapPool, devFundAddress } = facts.funding;
    const address = (script: Uint8Array) => addressOf(script, MAIN.base58) as string;
    const payment = ({ script, height, amount }: typeof MAIN.exchangeFund): Payment => ({
      address: address(script),
      height,
      amountZat: Number(amount),
    });
    expect(payment(MAIN.exchangeFund)).toEqual(exchange);
    expect(payment(MAIN.foundationFund)).toEqual(foundation);
    expect({
      address: address(MAIN.swapPool.script),
      startHeight: MAIN.swapPool.startHeight,
      interval: MAIN.swapPool.interval,
      maxTimes: MAIN.swapPool.times,
      amountZat: Number(MAIN.swapPool.amount),
    }).toEqual(swapPool);
    expect(address(MAIN.devFundScript)).toBe(devFundAddress);
  });

  test("fluxnodes and emergency blocks", () => {
    const stated = facts.fluxnodes;
    const keys = (list: readonly TimedKey[]) =>
      list.map(({ publicKey, fromTime }) => ({ key: toHex(publicKey), from: fromTime }));
    expect({
      startPaymentsHeight: MAIN.startPaymentsHeight,
      benchmarkingPublicKeys: keys(MAIN.benchmarkKeys),
      p2shPublicKeys: keys(MAIN.foundationKeys),
      emergencyPublicKeys: MAIN.emergency.publicKeys.map(toHex),
      emergencyMinSignatures: MAIN.emergency.minSignatures,
      emergencyCollateralHash: toDisplayHash(MAIN.emergency.collateral.txid),
      transition: {
        cumulus: Object.values(transitionWindow(1)),
        nimbus: Object.values(transitionWindow(2)),
        stratus: Object.values(transitionWindow(3)),
      },
    }).toEqual(stated as never);
    expect(MAIN.minimumChainWork).toBe(BigInt(`0x${facts.minimumChainWork}`));
  });

  test("chain work grows by the work of the blocks between", () => {
    const works = facts.chainWork.map(({ height, chainwork }) => ({ height, work: BigInt(`0x${chainwork}`) }));
    const pon = works.filter(({ height }) => height >= MAIN.heights.pon);
    expect(pon.length).toBe(5);
    const [first] = pon as [(typeof pon)[0]];
    for (const { height, work } of pon) expect(work - first.work).toBe(PON_WORK * BigInt(height - first.height));
    for (const [i, { work }] of works.entries()) if (i > 0) expect(work > (works[i - 1]?.work as bigint)).toBe(true);
    for (const { height, chainwork } of [...HEADERS, ...BLOCKS]) {
      if (chainwork === undefined) continue;
      expect(works.find((entry) => entry.height === height)?.work).toBe(BigInt(`0x${chainwork}`));
    }
    expect(works.filter(({ work }) => work < MAIN.minimumChainWork)).toEqual([]);
  });

  test("difficulty of bits that stand in headers", () => {
    const bitsAt = new Map<number, string>([
      ...HEADERS.flatMap(({ height, header }): [number, string][] =>
        height === null ? [] : [[height, decodeHeader(fromHex(header)).bits.toString(16)]],
      ),
      ...[...BLOCKS, ...PARTIAL_BLOCKS].map(({ height, bits }): [number, string] => [height, bits]),
    ]);
    expect(facts.difficulty.length).toBe(7);
    for (const { bits, difficulty: stated, height } of facts.difficulty) {
      // One height has no header here.
      expect(bitsAt.get(height) ?? "none at 2996900").toBe(height === 2_996_900 ? "none at 2996900" : bits);
      expect(Number(difficulty(Number.parseInt(bits, 16), MAIN).toPrecision(16))).toBe(stated);
    }
  });

  test("payouts of coinbases", () => {
    expect(facts.coinbasePayouts.length).toBe(4);
    for (const { height, outputsZat, fees } of facts.coinbasePayouts) {
      const { tx } = TRANSACTIONS.find(({ item }) => item.coinbaseHeight === height) as (typeof TRANSACTIONS)[0];
      expect(tx.outputs.map(({ value }) => Number(value))).toEqual(outputsZat);
      const shares = ([1, 2, 3] as const).map((tier) => tierAmount(height, tier, MAIN));
      expect(outputsZat.slice(1)).toEqual(shares.map(Number));
      const paid = shares.reduce((sum, share) => sum + share, BigInt(outputsZat[0] as number));
      expect(paid).toBe(blockSubsidy(height, MAIN) + BigInt(fees ?? 0));
      expect(checkCoinbaseAmount(tx.outputs, height, BigInt(fees ?? 0), MAIN)).toBeNull();
      expect(checkCoinbaseAmount(tx.outputs, height, BigInt(fees ?? 0) - 1n, MAIN)?.reason).toBe("bad-cb-amount");
      const payees = ([1, 2, 3] as const).map((tier) => ({ tier, script: tx.outputs[tier]?.script as Uint8Array }));
      const producer = tx.outputs[0]?.script as Uint8Array;
      expect(coinbaseOutputs(height, BigInt(fees ?? 0), payees, producer, MAIN)).toEqual([...tx.outputs]);
    }
  });
});

function transitionWindow(tier: 1 | 2 | 3) {
  const { begin, end } = MAIN.collateralTransition[tier - 1] as { begin: number; end: number };
  return { begin, end };
}
