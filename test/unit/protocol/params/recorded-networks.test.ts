import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { builtInNetwork, type NetworkParams, parseNetworkFile } from "../../../../src/protocol/params/index.ts";
import { decodeHeader } from "../../../../src/protocol/primitives/index.ts";
import { addressOf } from "../../../../src/protocol/script/index.ts";

const FOLDER = join(import.meta.dir, "../../../vectors/fluxd");
const read = (set: string, name: string) => JSON.parse(readFileSync(join(FOLDER, set, name), "utf8"));

/** What the recording noted of the daemon's parameters, apart from what stands on its command line. */
interface Recorded {
  readonly flags: readonly string[];
  readonly params: {
    readonly net: string;
    readonly up: Record<string, number>;
    readonly eh: readonly string[];
    readonly exch: readonly [height: number, amount: number, address: string];
    readonly found: readonly [height: number, amount: number, address: string];
    readonly swap: readonly [start: number, amount: number, interval: number, times: number, address: string];
    readonly trans: Record<"c" | "n" | "s", [number, number]>;
    readonly [name: string]: unknown;
  };
}

const UPGRADE_NAMES = { lwma: "lwma", equi: "equihash144", acadia: "acadia", kamiooka: "kamiooka", kamata: "kamata" };
const LATER_NAMES = { flux: "flux", halving: "halving", p2shnodes: "p2shNodes", pon: "pon" };

/** The numbers of a network file in the words of the recording. */
function inRecordedWords(params: NetworkParams) {
  const [c, n, s] = params.collateralTransition.map(({ begin, end }) => [begin, end]);
  return {
    net: params.networkId,
    ponstart: params.ponStartLimit.target,
    ponlimit: params.ponLimit.target,
    powlimit: params.powLimit.target,
    fade: params.equihashFadeLength,
    eh: params.equihashEpochs.map((epoch) => `${epoch.n}_${epoch.k}`),
    lwman: params.lwmaAveragingWindow,
    dswin: params.digishieldAveragingWindow,
    maxdown: params.digishieldMaxAdjustDown,
    maxup: params.digishieldMaxAdjustUp,
    spacing: params.powTargetSpacing,
    ponspacing: params.ponTargetSpacing,
    ponwindow: params.ponDifficultyWindow,
    mindiff: params.minDifficultyAfterHeight,
    genesis_time: params.genesisTime,
    genesis_hash: toDisplayHash(params.genesisHash),
    genesis_bits: decodeHeader(params.genesisBlock).bits,
    slowstart: params.subsidySlowStartInterval,
    halving: params.subsidyHalvingInterval,
    ponsub: params.ponInitialSubsidy,
    ponred: params.ponSubsidyReductionInterval,
    ponmaxred: params.ponMaxReductions,
    startpay: params.startPaymentsHeight,
    dev: addressOf(params.devFundScript, params.base58),
    trans: { c, n, s },
    checkpow: params.rules.enforcePowTarget,
  };
}

describe.each(["regtest-a", "testnet-t", "regtest-stock"])("network file of the recorded chain %s", (set) => {
  const { flags, params: recorded } = read(set, "config.json") as Recorded;
  const params = parseNetworkFile(read(set, "network.json"));
  const overrides = flags.filter((flag) => flag.startsWith("-oracleparam="));
  const options = overrides.map((flag) => flag.slice("-oracleparam=".length).split("=") as [string, string]);
  const values = (name: string) => options.filter(([key]) => key === name).map(([, value]) => value);

  test("has the numbers of the daemon", () => {
    const { up, exch, found, swap, testnet_rules, ...numbers } = recorded;
    const ours = inRecordedWords(params);
    // JSON rounds the limits; the upper digits are enough here.
    const limits = {
      powlimit: Number(ours.powlimit),
      ponlimit: Number(ours.ponlimit),
      ponstart: Number(ours.ponstart),
    };
    expect({ ...ours, ...limits } as object).toEqual(numbers);
    expect(testnet_rules).toBe(false);
    for (const [theirs, upgrade] of Object.entries({ ...UPGRADE_NAMES, ...LATER_NAMES })) {
      expect(params.heights[upgrade as keyof typeof params.heights]).toBe(up[theirs] ?? -1);
    }
  });

  test("has its special payments", () => {
    const { exch, found, swap } = recorded;
    expect([params.exchangeFund.height, params.foundationFund.height]).toEqual([exch[0], found[0]]);
    const { startHeight, interval, times } = params.swapPool;
    expect([startHeight, interval, times]).toEqual([swap[0], swap[2], swap[3]]);
    const funds = [
      { fund: params.exchangeFund, amount: exch[1], address: exch[2] },
      { fund: params.foundationFund, amount: found[1], address: found[2] },
      { fund: params.swapPool, amount: swap[1], address: swap[4] },
    ];
    // The recording left them out for the test network, whose heights it did not reach.
    const stated = funds.filter(({ address }) => address !== "");
    expect(stated.length).toBe(set === "testnet-t" ? 0 : 3);
    for (const { fund, amount, address } of stated) {
      expect([Number(fund.amount), addressOf(fund.script, params.base58)]).toEqual([amount, address]);
    }
  });

  test("has the keys of its command line, and otherwise those of the network that it descends from", () => {
    const base = builtInNetwork(params.networkId) as NetworkParams;
    const keys = (list: NetworkParams["benchmarkKeys"]) =>
      list.map(({ publicKey, fromTime }) => `${toHex(publicKey)}:${fromTime}`);
    const orBase = (given: string[], own: string[]) => (given.length > 0 ? given : own);
    expect(keys(params.benchmarkKeys)).toEqual(orBase(values("bench"), keys(base.benchmarkKeys)));
    expect(keys(params.foundationKeys)).toEqual(orBase(values("p2sh"), keys(base.foundationKeys)));
    const emergency = orBase(values("emerg"), base.emergency.publicKeys.map(toHex));
    expect(params.emergency.publicKeys).toEqual(emergency.map(fromHex));
    expect(params.emergency.minSignatures).toBe(Number(values("emergmin")[0] ?? base.emergency.minSignatures));
    expect(params.rules.benchmarkBypass).toBe(flags.includes("-testnetbenchbypass=1"));
    expect(params.magic).toEqual(base.magic);
    expect(params.genesisBlock).toEqual(base.genesisBlock);
    expect(flags).toContain("-mocktime=1767400000");
  });
});
