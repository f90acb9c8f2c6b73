import type { OutPoint } from "../primitives/index.ts";

/** Network upgrades in the order of the reference's table (spec chain-params.md section 5). */
export const UPGRADES = [
  "lwma",
  "equihash144",
  "acadia",
  "kamiooka",
  "kamata",
  "flux",
  "halving",
  "p2shNodes",
  "pon",
] as const;

export type Upgrade = (typeof UPGRADES)[number];

/** Activation height of an upgrade that never activates. */
export const NEVER = -1;

export interface UpgradeEntry {
  readonly id: string;
  readonly name: string;
  readonly branchId: number;
  /** Lowest peer protocol version once the upgrade is current. */
  readonly protocolVersion: number;
  /** {@link NEVER} or a height. */
  readonly activationHeight: number;
}

export interface EquihashSize {
  readonly n: number;
  readonly k: number;
  readonly solutionBytes: number;
}

/** A target with its compact form. */
export interface Limit {
  readonly target: bigint;
  readonly compact: number;
}

/** A public key that counts from a Unix time on. */
export interface TimedKey {
  readonly publicKey: Uint8Array;
  readonly fromTime: number;
}

/** A coinbase output that the protocol demands at one height. */
export interface OneOffPayment {
  readonly height: number;
  readonly script: Uint8Array;
  /** Zatoshi. */
  readonly amount: bigint;
}

export interface RecurringPayment {
  readonly startHeight: number;
  readonly interval: number;
  readonly times: number;
  readonly script: Uint8Array;
  readonly amount: bigint;
}

/** Blocks [begin, end) in which a tier's old and new collateral both count. */
export interface TransitionWindow {
  readonly begin: number;
  readonly end: number;
}

/** The places where the reference treats its networks differently (spec network-file.md). */
export interface NetworkRules {
  readonly enforcePowTarget: boolean;
  readonly enforcePonTarget: boolean;
  readonly verifyEmergencySignatures: boolean;
  readonly anyEquihashSizeThroughHeight: number | null;
  /** First and last height at which a PON block's wrong `bits` is accepted. */
  readonly lenientPonBits: readonly [number, number] | null;
  readonly ponBypassCollateral: boolean;
  readonly benchmarkBypass: boolean;
  readonly requireStandard: boolean;
}

export interface Base58Prefixes {
  readonly p2pkh: Uint8Array;
  readonly p2sh: Uint8Array;
  readonly wif: Uint8Array;
  readonly xpub: Uint8Array;
  readonly xprv: Uint8Array;
  readonly sproutPaymentAddress: Uint8Array;
  readonly sproutViewingKey: Uint8Array;
  readonly sproutSpendingKey: Uint8Array;
}

export interface NetworkParams {
  /** What `status` and logs call it, and its folder in the data directory. */
  readonly name: string;
  /** The daemon's name for it: `main`, `test` or `regtest`. */
  readonly networkId: string;
  readonly currencyUnit: string;
  readonly bip44CoinType: number;
  /** Four wire bytes. */
  readonly magic: Uint8Array;
  readonly p2pPort: number;
  readonly rpcPort: number;
  readonly pruneAfterHeight: number;
  /** Public key of those who may warn all nodes; null where nobody may. */
  readonly alertKey: Uint8Array | null;
  readonly dnsSeeds: readonly string[];
  readonly miningRequiresPeers: boolean;
  readonly mineBlocksOnDemand: boolean;
  readonly defaultConsistencyChecks: boolean;
  /** ZIP 209: no shielded pool may become negative. */
  readonly turnstileEnforced: boolean;

  readonly coinbaseMustBeProtectedBeforeFlux: boolean;
  readonly subsidySlowStartInterval: number;
  readonly subsidyHalvingInterval: number;
  readonly majority: { readonly enforce: number; readonly reject: number; readonly window: number };
  readonly digishieldAveragingWindow: number;
  /** Percent. */
  readonly digishieldMaxAdjustDown: number;
  /** Percent. */
  readonly digishieldMaxAdjustUp: number;
  readonly lwmaAveragingWindow: number;
  /** Seconds. */
  readonly powTargetSpacing: number;
  readonly equihashFadeLength: number;
  /** Height from which a late block may use the minimum difficulty; null for never. */
  readonly minDifficultyAfterHeight: number | null;
  readonly powLimit: Limit;
  /** Seconds. */
  readonly ponTargetSpacing: number;
  readonly ponDifficultyWindow: number;
  readonly ponLimit: Limit;
  readonly ponStartLimit: Limit;
  /** Coins. */
  readonly ponInitialSubsidy: number;
  readonly ponSubsidyReductionInterval: number;
  readonly ponMaxReductions: number;
  readonly minimumChainWork: bigint;
  readonly upgradeTable: readonly UpgradeEntry[];
  /** Activation heights by name; {@link NEVER} for none. */
  readonly heights: Readonly<Record<Upgrade, number>>;
  /** Before EQUI144_5, from EQUI144_5, from KAMIOOKA. */
  readonly equihashEpochs: readonly [EquihashSize, EquihashSize, EquihashSize];

  /** Raw genesis block. */
  readonly genesisBlock: Uint8Array;
  /** Wire order. */
  readonly genesisHash: Uint8Array;
  readonly genesisTime: number;
  readonly base58: Base58Prefixes;
  readonly bech32: {
    readonly saplingPaymentAddress: string;
    readonly saplingFullViewingKey: string;
    readonly saplingIncomingViewingKey: string;
    readonly saplingExtendedSpendKey: string;
  };
  /** Ascending by height; hashes in wire order. */
  readonly checkpoints: readonly { readonly height: number; readonly hash: Uint8Array }[];
  readonly checkpointStatistics: {
    readonly time: number;
    readonly transactions: number;
    readonly transactionsPerDay: number;
  };
  readonly exchangeFund: OneOffPayment;
  readonly foundationFund: OneOffPayment;
  readonly swapPool: RecurringPayment;
  readonly devFundScript: Uint8Array;

  readonly startPaymentsHeight: number;
  /** Tiers 1, 2, 3 in this order. */
  readonly collateralTransition: readonly [TransitionWindow, TransitionWindow, TransitionWindow];
  readonly benchmarkKeys: readonly TimedKey[];
  readonly foundationKeys: readonly TimedKey[];
  readonly emergency: {
    readonly collateral: OutPoint;
    readonly minSignatures: number;
    readonly publicKeys: readonly Uint8Array[];
    readonly maxSignatureBytes: number;
  };
  readonly rules: NetworkRules;
}

/**
 * True from the activation height of an upgrade that has one.
 * The daemon's general test; some of its rules compare the height alone, see {@link isPonHeight}.
 */
export function isActive(params: NetworkParams, upgrade: Upgrade, height: number): boolean {
  const activation = params.heights[upgrade];
  return activation !== NEVER && height >= activation;
}

/**
 * The reference's second PON test: a plain comparison that takes "never" (-1) for active at every height.
 * Header rules, subsidy, payouts, difficulty and START expiry use it (spec chain-params.md section 5).
 */
export function isPonHeight(params: NetworkParams, height: number): boolean {
  return height >= params.heights.pon;
}

/** Branch id that signature hashes of a transaction at this height commit to: that of the last active entry of the table. */
export function branchIdAt(params: NetworkParams, height: number): number {
  for (let i = params.upgradeTable.length - 1; i >= 0; i--) {
    const entry = params.upgradeTable[i] as UpgradeEntry;
    if (entry.activationHeight !== NEVER && height >= entry.activationHeight) return entry.branchId;
  }
  return 0;
}

/** Equihash sizes that a solution at this height may have (epoch rule, spec chain-params.md section 5). */
export function allowedEquihashSizes(params: NetworkParams, height: number): EquihashSize[] {
  const [first, second, third] = params.equihashEpochs;
  const faded = Math.max(0, height - params.equihashFadeLength);
  if (isActive(params, "kamiooka", faded)) return [third];
  if (isActive(params, "kamiooka", height)) return [third, second];
  if (isActive(params, "equihash144", faded)) return [second];
  if (isActive(params, "equihash144", height)) return [second, first];
  return [first];
}

/** The last key whose time is not after `time`; the first one when none is. */
export function keyAtTime(keys: readonly TimedKey[], time: number): Uint8Array {
  for (let i = keys.length - 1; i > 0; i--) {
    const key = keys[i] as TimedKey;
    if (key.fromTime <= time) return key.publicKey;
  }
  return (keys[0] as TimedKey).publicKey;
}
