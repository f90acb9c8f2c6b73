import { isActive, type NetworkParams } from "../params/index.ts";
import type { FluxnodeRecord } from "./record.ts";
import { IP_CHANGE_DISTANCE, minReconfirmDistance } from "./windows.ts";

/**
 * Whether a confirmed node may UPDATE_CONFIRM in a block at `height` with this ip text (spec fluxnodes.md 7.3; the mempool asks for
 * the tip's height + 1). The reference has further branches for blocks away from its tip; they only matter to a check against
 * the wrong state and are not needed here.
 */
export function mayUpdateAt(record: FluxnodeRecord, ip: string, height: number, params: NetworkParams): boolean {
  const distance = height - record.lastConfirmed;
  if (isActive(params, "flux", height) && ip !== record.ip && distance >= IP_CHANGE_DISTANCE) return true;
  return distance > minReconfirmDistance(height, params);
}
