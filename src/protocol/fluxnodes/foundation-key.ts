import { equalBytes } from "../bytes/index.ts";
import { keyAtTime, type NetworkParams } from "../params/index.ts";

/** True for any of the network's foundation keys: payments and the collateral rule do not look at its time. */
export function isFoundationKey(publicKey: Uint8Array, params: NetworkParams): boolean {
  return params.foundationKeys.some((key) => equalBytes(key.publicKey, publicKey));
}

/** The foundation key that a START signed at `sigTime` (Unix seconds) must carry to use a P2SH collateral. */
export function foundationKeyAt(sigTime: number, params: NetworkParams): Uint8Array {
  return keyAtTime(params.foundationKeys, sigTime);
}
