import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { type NetworkParams, parseNetworkFile } from "../../../../src/protocol/params/index.ts";
import { type Block, type BlockHeader, decodeBlock } from "../../../../src/protocol/primitives/index.ts";
import type { ChainEntry } from "../../../../src/protocol/rules/index.ts";

export const VECTORS = join(import.meta.dir, "../../../vectors");

/** The daemon that recorded the chains had its clock stopped here. */
export const MOCK_TIME = 1_767_400_000;

export const RECORDED_SETS = ["regtest-a", "testnet-t", "regtest-stock"] as const;

export type RecordedSet = (typeof RECORDED_SETS)[number];

export function readLines(path: string): string[] {
  const text = gunzipSync(readFileSync(join(VECTORS, path))).toString("utf8");
  return text.split("\n").filter((line) => line.length > 0);
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(VECTORS, path), "utf8"));
}

export function entryOf(header: BlockHeader, parent: ChainEntry | null): ChainEntry {
  const { time, bits, version, hash } = header;
  return { height: parent ? parent.height + 1 : 0, time, bits, version, hash, parent };
}

export interface RecordedChain {
  readonly params: NetworkParams;
  /** By height, the genesis block first. */
  readonly blocks: readonly Block[];
  readonly entries: readonly ChainEntry[];
}

const loaded = new Map<RecordedSet, RecordedChain>();

/** A whole chain that the reference daemon accepted. */
export function recordedChain(set: RecordedSet): RecordedChain {
  const known = loaded.get(set);
  if (known) return known;
  const params = parseNetworkFile(readJson(`fluxd/${set}/network.json`));
  const raw = [params.genesisBlock, ...readLines(`fluxd/${set}/blocks.hex.gz`).map(fromHex)];
  const blocks = raw.map(decodeBlock);
  const entries: ChainEntry[] = [];
  for (const { header } of blocks) entries.push(entryOf(header, entries.at(-1) ?? null));
  const chain = { params, blocks, entries };
  loaded.set(set, chain);
  return chain;
}

/** The highest checkpoint that a node with the chain up to `height` knows. */
export function lastCheckpoint(params: NetworkParams, height: number): number {
  return params.checkpoints.findLast((checkpoint) => checkpoint.height <= height)?.height ?? -1;
}
