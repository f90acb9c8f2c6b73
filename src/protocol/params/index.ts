export { BUILT_IN_NETWORKS, builtInNetwork } from "./built-in.ts";
export { parseNetworkFile } from "./network-file.ts";
export {
  allowedEquihashSizes,
  type Base58Prefixes,
  branchIdAt,
  type EquihashSize,
  isActive,
  isPonHeight,
  keyAtTime,
  type Limit,
  NEVER,
  type NetworkParams,
  type NetworkRules,
  type OneOffPayment,
  type RecurringPayment,
  type TimedKey,
  type TransitionWindow,
  UPGRADES,
  type Upgrade,
  type UpgradeEntry,
} from "./network-params.ts";
