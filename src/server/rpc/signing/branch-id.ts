import { branchIdAt, type NetworkParams } from "../../../protocol/params/index.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** Height of the daemon's release: a node that has not caught up signs for it, not for the past. */
const RELEASE_HEIGHT = 2_127_000;
const MAX_UINT32 = 0xffffffff;
/** Of the base rules, of the upgrade that only tests knew, and of all upgrades from Acadia on. */
const KNOWN_IDS: readonly number[] = [0, 0x74736554, 0x76b809bb];

/** Branch id for a transaction that is to be in the block after a height. */
export function signingBranchId(params: NetworkParams, height: number): number {
  const next = height + 1;
  return branchIdAt(params, params.networkId === "regtest" ? next : Math.max(next, RELEASE_HEIGHT));
}

/** The branch id that hex text names; what is behind the digits is not looked at. @throws RpcError -1 */
export function asBranchId(text: string): number {
  const [, digits] = /^[ \t\n\v\f\r]*[+]?(?:0x)?([0-9a-f]+)/i.exec(text) ?? [];
  const id = Math.min(Number.parseInt(digits ?? "0", 16), MAX_UINT32);
  if (KNOWN_IDS.includes(id)) return id;
  throw new RpcError(RpcErrorCode.misc, `${text} is not a valid consensus branch id`);
}
