import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromHex } from "../../src/protocol/bytes/index.ts";
import { parseNetworkFile } from "../../src/protocol/params/index.ts";

export const VECTORS = join(import.meta.dir, "../vectors");

/** The daemon that recorded the chains had its clock stopped here. */
export const MOCK_TIME = 1_767_400_000;

export const RECORDED_SETS = ["regtest-a", "testnet-t", "regtest-stock"] as const;
export type RecordedSet = (typeof RECORDED_SETS)[number];

/** Sets in which the daemon reorganised. */
export const SETS_WITH_REORGS = ["regtest-a", "testnet-t"] as const;

/** One thing that was sent to the daemon; hashes as displayed. */
export type RecordedEvent =
  | {
      readonly op: "submitblock";
      readonly hex: string;
      readonly result: string | null;
      readonly hash: string;
      readonly tip: string;
    }
  | { readonly op: "invalidateblock"; readonly hash: string; readonly tip: string }
  | { readonly op: "sendrawtransaction" };

/** A submission that is no part of the events; nearly all were refused. */
export interface RecordedSubmission {
  readonly method: "submitblock" | "sendrawtransaction";
  readonly desc: string;
  readonly at_height: number;
  readonly at_tip: string;
  readonly hex: string;
  readonly result?: string | null;
  readonly error?: { readonly code: number; readonly message: string };
  readonly tip_changed: boolean;
}

export interface RecordedReorg {
  readonly tag: string;
  readonly base_height: number;
  readonly branchA: readonly string[];
  readonly branchB: readonly string[];
}

/** [txid, index, tier, added, confirmed, last confirmed, last paid, ip, rank] */
export type ConfirmedRow = readonly [string, number, string, number, number, number, number, string, number];

/** The daemon's state after one block. */
export interface RecordedState {
  readonly height: number;
  readonly hash: string;
  readonly bits: string;
  readonly chainwork: string;
  readonly time: number;
  readonly next_winners: Readonly<Record<string, readonly [string, string]>>;
  readonly confirmed?: readonly ConfirmedRow[];
  readonly started?: readonly (readonly [string, number, number])[];
  readonly dos?: readonly (readonly [string, number, number])[];
  readonly gettxoutsetinfo?: {
    readonly height: number;
    readonly bestblock: string;
    readonly transactions: number;
    readonly txouts: number;
    readonly hash_serialized: string;
    readonly total_amount: number;
  };
}

function read(set: RecordedSet, file: string): string {
  const bytes = readFileSync(join(VECTORS, "fluxd", set, file));
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

function readLines(set: RecordedSet, file: string): string[] {
  return read(set, file)
    .split("\n")
    .filter((line) => line !== "");
}

/** What is read once for each set. */
function once<T>(read: (set: RecordedSet) => T): (set: RecordedSet) => T {
  const known = new Map<RecordedSet, T>();
  return (set) => {
    const value = known.get(set) ?? read(set);
    known.set(set, value);
    return value;
  };
}

export function networkFile(set: RecordedSet): Record<string, unknown> {
  return JSON.parse(read(set, "network.json"));
}

export const networkOf = once((set) => parseNetworkFile(networkFile(set)));

/** Raw blocks of the best chain; index 0 is height 1. */
export const blocksOf = once((set): readonly Uint8Array[] => readLines(set, "blocks.hex.gz").map(fromHex));

export function eventsOf(set: RecordedSet): RecordedEvent[] {
  return readLines(set, "events.jsonl.gz").map((line) => JSON.parse(line));
}

export function submissionsOf(set: RecordedSet): RecordedSubmission[] {
  return readLines(set, "invalid.jsonl.gz").map((line) => JSON.parse(line));
}

export function reorgsOf(set: (typeof SETS_WITH_REORGS)[number]): RecordedReorg[] {
  return JSON.parse(read(set, "reorgs.json.gz"));
}

/** By block hash as displayed. */
export function statesOf(set: RecordedSet): Map<string, RecordedState> {
  return new Map(
    readLines(set, "perblock.jsonl.gz").map((line) => {
      const state: RecordedState = JSON.parse(line);
      return [state.hash, state];
    }),
  );
}

/** A key of a recorded chain. */
export interface RecordedKey {
  readonly wif: string;
  readonly pubkey: string;
  readonly address: string;
}

/** The keys of a recorded chain by label. */
export function keysOf(set: "regtest-a" | "regtest-stock"): Record<string, RecordedKey> {
  return JSON.parse(read(set, "keys.json.gz"));
}
