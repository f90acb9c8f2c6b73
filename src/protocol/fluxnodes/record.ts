import type { FluxnodeStart, OutPoint, Transaction } from "../primitives/index.ts";
import { startKind } from "./start-kind.ts";
import type { Tier } from "./tiers.ts";

/** Which of the three lists a node is in (spec fluxnodes.md 8.1). */
export type NodeStatus = "started" | "dos" | "confirmed";

/** One node of the list (spec fluxnodes.md 8.2). Never changed in place: every event makes a new record. */
export interface FluxnodeRecord {
  readonly collateral: OutPoint;
  /** Owner of the collateral, or the foundation key; empty for P2SH nodes. */
  readonly collateralPublicKey: Uint8Array;
  /** The node key: signs CONFIRMs and PON blocks. */
  readonly publicKey: Uint8Array;
  /** Of P2SH nodes; else empty. */
  readonly redeemScript: Uint8Array;
  /** Type bits of a version 6 START, 0 for version 5. */
  readonly fluxTxVersion: number;
  /** Version of the START: 5 or 6. */
  readonly txVersion: number;
  readonly tier: Tier;
  /** Collateral in zatoshi. */
  readonly amount: bigint;
  /** Height of the START. */
  readonly added: number;
  /** Height of the INITIAL_CONFIRM, 0 before. */
  readonly confirmed: number;
  /** Height of the latest CONFIRM, 0 before. */
  readonly lastConfirmed: number;
  /** Height of the latest payment, 0 before. */
  readonly lastPaid: number;
  /** Free text of the latest CONFIRM, one character per byte; empty before. */
  readonly ip: string;
  readonly status: NodeStatus;
}

/** What a START's collateral output is worth at its height. */
export interface Collateral {
  readonly tier: Tier;
  /** Zatoshi. */
  readonly amount: bigint;
}

const STATUS_NAMES: Readonly<Record<NodeStatus, string>> = { started: "STARTED", dos: "DOS", confirmed: "CONFIRMED" };

/** The daemon's name of a status; without a record the node is offline. */
export function statusName(status: NodeStatus | undefined): string {
  return status === undefined ? "OFFLINE" : STATUS_NAMES[status];
}

/** True for nodes that are paid to the hash of their redeem script. */
export function isP2shNode(record: FluxnodeRecord): boolean {
  return startKind(record.txVersion, record.fluxTxVersion) === "p2sh";
}

/** The record that a START mined at `height` creates (spec fluxnodes.md 8.4 step 1). */
export function startedRecord(
  tx: Transaction,
  start: FluxnodeStart,
  height: number,
  collateral: Collateral,
): FluxnodeRecord {
  return {
    // Copies, since transaction fields are views on their block and a record outlives it by months.
    collateral: { txid: start.collateral.txid.slice(), index: start.collateral.index },
    collateralPublicKey: start.collateralPublicKey.slice(),
    publicKey: start.publicKey.slice(),
    redeemScript: start.redeemScript.slice(),
    fluxTxVersion: start.fluxTxVersion,
    txVersion: tx.version,
    tier: collateral.tier,
    amount: collateral.amount,
    added: height,
    confirmed: 0,
    lastConfirmed: 0,
    lastPaid: 0,
    ip: "",
    status: "started",
  };
}
