import { expect } from "bun:test";
import type { Chain } from "../../src/chain/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";

/** Blocks from some height on, kept up to date by nothing but the announcements of tip changes. */
export interface Follower {
  readonly start: number;
  /** Hashes of the blocks from `start` on. */
  readonly hashes: string[];
}

export function follow(chain: Chain): Follower {
  const follower: { start: number; hashes: string[] } = { start: chain.height + 1, hashes: [] };
  chain.onTip(({ disconnected, connected }) => {
    for (const { entry, block } of disconnected) {
      expect(block.header.hash).toEqual(entry.hash);
      if (entry.height < follower.start) follower.start = entry.height;
      else expect(follower.hashes.pop()).toBe(toDisplayHash(entry.hash));
    }
    if (!connected) return;
    expect(connected.entry.height).toBe(follower.start + follower.hashes.length);
    expect(connected.block.header.hash).toEqual(connected.entry.hash);
    follower.hashes.push(toDisplayHash(connected.entry.hash));
  });
  return follower;
}

/** What was announced is the active chain. */
export async function expectFollowed(chain: Chain, { start, hashes }: Follower): Promise<void> {
  const active = await chain.read((reader) =>
    Array.from({ length: reader.tip.height + 1 - start }, (_, i) => {
      const entry = reader.entryAt(start + i);
      return entry && toDisplayHash(entry.hash);
    }),
  );
  expect(hashes).toEqual(active as string[]);
}
