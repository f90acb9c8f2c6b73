import { equalBytes } from "../../protocol/bytes/index.ts";
import type { NodeStatus } from "../../protocol/fluxnodes/index.ts";
import type { OutPoint } from "../../protocol/primitives/index.ts";
import type { ChainReader } from "./context.ts";

const BY_STATUS: Readonly<Record<NodeStatus, string>> = {
  started: "Fluxnode already started, waiting to be confirmed",
  dos: "Fluxnode already started then not confirmed, in DoS tracker",
  confirmed: "Fluxnode already confirmed and in fluxnode list",
};

/** Why a fluxnode cannot be started now, in the daemon's words; null if nothing is known against it. */
export function startObstacle(reader: ChainReader, collateral: OutPoint): string | null {
  if (reader.mempool.ofCollateral(collateral)) {
    return "Mempool already has a fluxnode transaction using this outpoint";
  }
  const status = reader.nodes.find(collateral)?.status;
  return status === undefined ? null : BY_STATUS[status];
}

/** Why a key may not start the fluxnode of a collateral as a delegate; null if it may. */
export function delegateObstacle(reader: ChainReader, collateral: OutPoint, publicKey: Uint8Array): string | null {
  const stored = reader.nodes.delegates(collateral);
  if (!stored) return "No delegates are authorized for this collateral";
  if (stored.keys.some((key) => equalBytes(key, publicKey))) return null;
  return "This delegate key is not authorized for this collateral";
}

/** Why an outpoint names no output of a known transaction; null if it does. */
export function collateralObstacle(reader: ChainReader, { txid, index }: OutPoint): string | null {
  const transaction = reader.mempool.get(txid)?.tx ?? reader.transaction(txid)?.transaction;
  if (!transaction) return "Collateral transaction not found";
  return index < transaction.outputs.length ? null : "Invalid output index for transaction";
}
