import { describe, expect, test } from "bun:test";
import { toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { BLOCKS, HEADERS, MAIN, PARTIAL_BLOCKS, readVectors, unknownFields } from "./vectors.ts";

interface HashItem {
  readonly height: number;
  readonly hash: string;
  readonly sources: readonly string[];
}

const file = readVectors<{ count: number; items: readonly HashItem[] }>("mainnet/known-block-hashes.json");
const known = new Map(file.items.map(({ height, hash }) => [height, hash]));
const withSource = (part: string) => file.items.filter(({ sources }) => sources.some((text) => text.includes(part)));

describe("known block hashes of the main network", () => {
  test("are 58, one for each height", () => {
    expect(file.items.length).toBe(file.count);
    expect(known.size).toBe(58);
    for (const item of file.items) {
      expect(unknownFields(item, ["height", "hash", "sources"])).toEqual([]);
      expect(item.hash).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test("agree with the checkpoints and the genesis block of the parameters, none left out", () => {
    expect(known.get(0)).toBe(toDisplayHash(MAIN.genesisHash));
    expect(MAIN.checkpoints.length).toBe(25);
    for (const { height, hash } of MAIN.checkpoints)
      expect([height, known.get(height)]).toEqual([height, toDisplayHash(hash)]);
    const listed = withSource("(checkpoint)").map(({ height }) => height);
    const ours = MAIN.checkpoints.map(({ height }) => height).filter((height) => height > 0);
    expect(listed.sort((a, b) => a - b)).toEqual(ours);
  });

  test("agree with the activation blocks of the upgrades", () => {
    const { upgrades } = readVectors<{ upgrades: { name: string; height: number; blockHash?: string }[] }>(
      "mainnet/chain-facts.json",
    );
    const stated = upgrades.flatMap(({ name, height, blockHash }) => (blockHash ? [{ name, height, blockHash }] : []));
    expect(stated.length).toBe(8);
    for (const { height, blockHash } of stated) expect([height, known.get(height)]).toEqual([height, blockHash]);
    for (const { height, sources } of withSource("activation block of ")) {
      const name = /activation block of (\w+)/.exec(sources.join())?.[1];
      expect(stated.find((upgrade) => upgrade.name === name)?.height).toBe(height);
    }
  });

  test("agree with every header and block of the vectors and its neighbours", () => {
    const seen: [number, string][] = [
      ...HEADERS.flatMap((item): [number, string][] =>
        item.height === null ? [] : [[item.height, item.hash], ...parentOf(item.height, item.prevHash)],
      ),
      ...BLOCKS.flatMap((item): [number, string][] => [
        [item.height, item.hash],
        ...parentOf(item.height, item.prevHash),
        ...(item.nextHash ? [[item.height + 1, item.nextHash] as [number, string]] : []),
      ]),
      ...PARTIAL_BLOCKS.map((item): [number, string] => [item.height, item.blockHash]),
    ];
    const compared = seen.filter(([height]) => known.has(height));
    expect(compared.map(([height, hash]) => [height, hash])).toEqual(
      compared.map(([height]) => [height, known.get(height) as string]),
    );
    expect(new Set(compared.map(([height]) => height)).size).toBe(16);
  });
});

function parentOf(height: number, prevHash: string): [number, string][] {
  return height === 0 ? [] : [[height - 1, prevHash]];
}
