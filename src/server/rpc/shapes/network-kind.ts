import type { NetworkParams } from "../../../protocol/params/index.ts";

/** The old `testnet` flag: true on the test network alone, not on regtest. */
export function isTestNetwork(params: NetworkParams): boolean {
  return params.networkId === "test";
}
