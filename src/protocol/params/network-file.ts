import { z } from "zod";
import { DecodeError, fromDisplayHash, fromHex } from "../bytes/index.ts";
import {
  type Limit,
  NEVER,
  type NetworkParams,
  type TimedKey,
  type Upgrade,
  type UpgradeEntry,
} from "./network-params.ts";

const hex = (bytes?: number) =>
  z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2})*$/, "must be hex")
    .refine((text) => bytes === undefined || text.length === bytes * 2, `must be ${bytes} bytes in hex`);
const height = z.int().min(-1).max(0x7fffffff);
const count = z.int().min(0).max(0x7fffffff);
const unixTime = z.int().min(0).max(0xffffffff);
const port = z.int().min(1).max(65535);
const zatoshi = z.int().min(0);
const compact = z.string().regex(/^0x[0-9a-f]{8}$/i, "must be a compact target like 0x1f07ffff");
const limit = z.object({ hex: hex(32), compact });
const publicKey = z.string().regex(/^0(?:[23][0-9a-f]{64}|4[0-9a-f]{128})$/i, "must be a public key in hex");
const timedKeys = z.array(z.object({ publicKey, fromTime: unixTime })).min(1);
const window = z.object({ begin: count, end: count });
const payment = z.object({ scriptPubKey: hex(), height: count, amountZat: zatoshi });

/** Shape of a network file (spec network-file.md); unknown keys are ignored, since the file may carry notes. */
const networkFile = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be lower-case letters, digits, '.', '_' and '-'"),
  networkID: z.enum(["main", "test", "regtest"]),
  currencyUnitString: z.string(),
  bip44CoinType: count,
  messageStart: hex(4),
  p2pPort: port,
  rpcPort: port,
  pruneAfterHeight: count,
  alertPubKey: publicKey.nullish(),
  dnsSeeds: z.array(z.object({ host: z.string() })),
  flags: z.object({
    fMiningRequiresPeers: z.boolean(),
    fDefaultConsistencyChecks: z.boolean(),
    fMineBlocksOnDemand: z.boolean(),
    fZIP209Enabled: z.boolean(),
  }),
  consensus: z.object({
    coinbaseMustBeProtectedBeforeFlux: z.boolean(),
    nSubsidySlowStartInterval: count,
    nSubsidyHalvingInterval: count.min(1),
    nMajorityEnforceBlockUpgrade: count,
    nMajorityRejectBlockOutdated: count,
    nMajorityWindow: count,
    nDigishieldAveragingWindow: count.min(1),
    nDigishieldMaxAdjustDown: count.max(100),
    nDigishieldMaxAdjustUp: count.max(100),
    nPonTargetSpacing: count.min(1),
    nPonDifficultyWindow: count.min(2),
    nPONInitialSubsidy: count,
    nPONSubsidyReductionInterval: count.min(1),
    nPONMaxReductions: count.max(1000),
    nZawyLWMAAveragingWindow: count.min(1),
    nPowTargetSpacing: count.min(1),
    ehEpochFadeLength: count,
    nPowAllowMinDifficultyBlocksAfterHeight: height.nullable(),
    powLimit: limit,
    ponLimit: limit,
    ponStartLimit: limit,
    minimumChainWork: hex(32),
    upgrades: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        branchId: hex(4),
        protocolVersion: count,
        activationHeight: height,
      }),
    ),
    equihashEpochs: z.array(z.object({ n: count, k: count, solutionBytes: count })).length(3),
  }),
  genesis: z.object({ hash: hex(32), time: unixTime, blockHex: hex() }),
  base58Prefixes: z.object({
    p2pkh: hex(2),
    p2sh: hex(2),
    wif: hex(1),
    xpub: hex(4),
    xprv: hex(4),
    sproutPaymentAddress: hex(),
    sproutViewingKey: hex(),
    sproutSpendingKey: hex(),
  }),
  bech32HRPs: z.object({
    saplingPaymentAddress: z.string(),
    saplingFullViewingKey: z.string(),
    saplingIncomingViewingKey: z.string(),
    saplingExtendedSpendKey: z.string(),
  }),
  checkpoints: z.object({
    list: z.array(z.object({ height: count, hash: hex(32) })),
    timeLastCheckpoint: count,
    transactionsLastCheckpoint: count,
    transactionsPerDay: count,
  }),
  funding: z.object({
    exchange: payment,
    foundation: payment,
    swapPool: z.object({
      scriptPubKey: hex(),
      startHeight: count,
      interval: count.min(1),
      times: count,
      amountZatEach: zatoshi,
    }),
    devFund: z.object({ scriptPubKey: hex() }),
  }),
  fluxnode: z.object({
    startPaymentsHeight: count,
    collateralTransition: z.object({ cumulus: window, nimbus: window, stratus: window }),
    benchmarkPublicKeys: timedKeys,
    foundationP2SHPublicKeys: timedKeys,
  }),
  emergency: z.object({
    collateralTxid: hex(32),
    collateralIndex: count,
    minSignatures: count,
    publicKeys: z.array(publicKey),
    maxSigBytes: count,
  }),
  rules: z.object({
    enforcePowTarget: z.boolean(),
    enforcePonTarget: z.boolean(),
    verifyEmergencySignatures: z.boolean(),
    anyEquihashSizeThroughHeight: count.nullable(),
    lenientPonBits: z.tuple([count, count]).nullable(),
    ponBypassCollateral: z.boolean(),
    benchmarkBypass: z.boolean(),
    requireStandard: z.boolean(),
  }),
});

const UPGRADE_IDS: Readonly<Record<Upgrade, string>> = {
  lwma: "UPGRADE_LWMA",
  equihash144: "UPGRADE_EQUI144_5",
  acadia: "UPGRADE_ACADIA",
  kamiooka: "UPGRADE_KAMIOOKA",
  kamata: "UPGRADE_KAMATA",
  flux: "UPGRADE_FLUX",
  halving: "UPGRADE_HALVING",
  p2shNodes: "UPGRADE_P2SHNODES",
  pon: "UPGRADE_PON",
};

type NetworkFile = z.infer<typeof networkFile>;

function toLimit(value: { hex: string; compact: string }): Limit {
  return { target: BigInt(`0x${value.hex}`), compact: Number(value.compact) };
}

/** "Never" is null, or -1 as for upgrades. */
function orNever(from: number | null): number | null {
  return from === NEVER ? null : from;
}

function toTimedKeys(keys: readonly { publicKey: string; fromTime: number }[]): TimedKey[] {
  return keys.map((key) => ({ publicKey: fromHex(key.publicKey), fromTime: key.fromTime }));
}

function activationHeights(table: readonly UpgradeEntry[]): Record<Upgrade, number> {
  const heights = {} as Record<Upgrade, number>;
  for (const [upgrade, id] of Object.entries(UPGRADE_IDS) as [Upgrade, string][]) {
    const entry = table.find((candidate) => candidate.id === id);
    if (!entry) throw new DecodeError(`consensus.upgrades: ${id} is missing`);
    heights[upgrade] = entry.activationHeight;
  }
  return heights;
}

function toParams(file: NetworkFile): NetworkParams {
  const { consensus, flags, funding, fluxnode, emergency } = file;
  const upgradeTable = consensus.upgrades.map((entry) => ({ ...entry, branchId: Number(`0x${entry.branchId}`) }));
  const [first, second, third] = consensus.equihashEpochs;
  if (!first || !second || !third) throw new DecodeError("consensus.equihashEpochs: three epochs are needed");
  const base58 = Object.fromEntries(Object.entries(file.base58Prefixes).map(([key, text]) => [key, fromHex(text)]));
  return {
    name: file.name,
    networkId: file.networkID,
    currencyUnit: file.currencyUnitString,
    bip44CoinType: file.bip44CoinType,
    magic: fromHex(file.messageStart),
    p2pPort: file.p2pPort,
    rpcPort: file.rpcPort,
    pruneAfterHeight: file.pruneAfterHeight,
    alertKey: file.alertPubKey ? fromHex(file.alertPubKey) : null,
    dnsSeeds: file.dnsSeeds.map((seed) => seed.host),
    miningRequiresPeers: flags.fMiningRequiresPeers,
    mineBlocksOnDemand: flags.fMineBlocksOnDemand,
    defaultConsistencyChecks: flags.fDefaultConsistencyChecks,
    turnstileEnforced: flags.fZIP209Enabled,
    coinbaseMustBeProtectedBeforeFlux: consensus.coinbaseMustBeProtectedBeforeFlux,
    subsidySlowStartInterval: consensus.nSubsidySlowStartInterval,
    subsidyHalvingInterval: consensus.nSubsidyHalvingInterval,
    majority: {
      enforce: consensus.nMajorityEnforceBlockUpgrade,
      reject: consensus.nMajorityRejectBlockOutdated,
      window: consensus.nMajorityWindow,
    },
    digishieldAveragingWindow: consensus.nDigishieldAveragingWindow,
    digishieldMaxAdjustDown: consensus.nDigishieldMaxAdjustDown,
    digishieldMaxAdjustUp: consensus.nDigishieldMaxAdjustUp,
    lwmaAveragingWindow: consensus.nZawyLWMAAveragingWindow,
    powTargetSpacing: consensus.nPowTargetSpacing,
    equihashFadeLength: consensus.ehEpochFadeLength,
    minDifficultyAfterHeight: orNever(consensus.nPowAllowMinDifficultyBlocksAfterHeight),
    powLimit: toLimit(consensus.powLimit),
    ponTargetSpacing: consensus.nPonTargetSpacing,
    ponDifficultyWindow: consensus.nPonDifficultyWindow,
    ponLimit: toLimit(consensus.ponLimit),
    ponStartLimit: toLimit(consensus.ponStartLimit),
    ponInitialSubsidy: consensus.nPONInitialSubsidy,
    ponSubsidyReductionInterval: consensus.nPONSubsidyReductionInterval,
    ponMaxReductions: consensus.nPONMaxReductions,
    minimumChainWork: BigInt(`0x${consensus.minimumChainWork}`),
    upgradeTable,
    heights: activationHeights(upgradeTable),
    equihashEpochs: [first, second, third],
    genesisBlock: fromHex(file.genesis.blockHex),
    genesisHash: fromDisplayHash(file.genesis.hash),
    genesisTime: file.genesis.time,
    base58: base58 as unknown as NetworkParams["base58"],
    bech32: file.bech32HRPs,
    checkpoints: file.checkpoints.list
      .map((entry) => ({ height: entry.height, hash: fromDisplayHash(entry.hash) }))
      .sort((a, b) => a.height - b.height),
    checkpointStatistics: {
      time: file.checkpoints.timeLastCheckpoint,
      transactions: file.checkpoints.transactionsLastCheckpoint,
      transactionsPerDay: file.checkpoints.transactionsPerDay,
    },
    exchangeFund: toPayment(funding.exchange),
    foundationFund: toPayment(funding.foundation),
    swapPool: {
      startHeight: funding.swapPool.startHeight,
      interval: funding.swapPool.interval,
      times: funding.swapPool.times,
      script: fromHex(funding.swapPool.scriptPubKey),
      amount: BigInt(funding.swapPool.amountZatEach),
    },
    devFundScript: fromHex(funding.devFund.scriptPubKey),
    startPaymentsHeight: fluxnode.startPaymentsHeight,
    collateralTransition: [
      fluxnode.collateralTransition.cumulus,
      fluxnode.collateralTransition.nimbus,
      fluxnode.collateralTransition.stratus,
    ],
    benchmarkKeys: toTimedKeys(fluxnode.benchmarkPublicKeys),
    foundationKeys: toTimedKeys(fluxnode.foundationP2SHPublicKeys),
    emergency: {
      collateral: { txid: fromDisplayHash(emergency.collateralTxid), index: emergency.collateralIndex },
      minSignatures: emergency.minSignatures,
      publicKeys: emergency.publicKeys.map(fromHex),
      maxSignatureBytes: emergency.maxSigBytes,
    },
    rules: file.rules,
  };
}

function toPayment(entry: { scriptPubKey: string; height: number; amountZat: number }) {
  return { height: entry.height, script: fromHex(entry.scriptPubKey), amount: BigInt(entry.amountZat) };
}

/**
 * Parameters described by the JSON value of a network file.
 * @throws DecodeError naming the key that is missing or wrong.
 */
export function parseNetworkFile(value: unknown): NetworkParams {
  const result = networkFile.safeParse(value);
  if (result.success) return toParams(result.data);
  const issue = result.error.issues[0];
  throw new DecodeError(`${issue?.path.join(".") || "network file"}: ${issue?.message ?? "not valid"}`);
}
