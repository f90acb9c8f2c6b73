import { expect, test } from "bun:test";
import { FluxnodeMemory } from "../../../../src/chain/mempool/fluxnode-memory.ts";
import { bytesKey } from "../../../../src/protocol/bytes/index.ts";
import type { Block } from "../../../../src/protocol/primitives/index.ts";

const NOW = 1_767_400_000;

function txidOf(label: number): Uint8Array {
  return new Uint8Array(32).fill(label);
}

/** Only what the memory looks at. */
function blockOf(...transactions: { label: number; fluxnode: boolean }[]): Block {
  const list = transactions.map(({ label, fluxnode }) => ({ txid: txidOf(label), fluxnode: fluxnode ? {} : null }));
  return { transactions: list } as unknown as Block;
}

test("what the pool took is remembered until another one comes after half an hour", () => {
  const memory = new FluxnodeMemory();
  const key = (label: number) => bytesKey(txidOf(label));
  expect(memory.see(key(1), NOW)).toEqual([]);
  expect(memory.see(key(2), NOW + 1800)).toEqual([]);
  expect(memory.wasSeen(txidOf(1))).toBe(true);
  expect(memory.see(key(3), NOW + 1801)).toEqual([key(1)]);
  expect([1, 2, 3].map((label) => memory.wasSeen(txidOf(label)))).toEqual([false, true, true]);
});

test("fluxnode transactions of blocks are remembered for three hours, others not at all", () => {
  const memory = new FluxnodeMemory();
  memory.blockConnected(blockOf({ label: 1, fluxnode: true }, { label: 2, fluxnode: false }), NOW);
  expect([1, 2].map((label) => memory.wasMined(txidOf(label), NOW + 3 * 3600))).toEqual([true, false]);
  expect(memory.wasMined(txidOf(1), NOW + 3 * 3600 + 1)).toBe(false);
});

test("taking off a remembered block forgets all blocks, taking off another one nothing", () => {
  const memory = new FluxnodeMemory();
  const first = blockOf({ label: 1, fluxnode: true });
  memory.blockConnected(first, NOW);
  memory.blockConnected(blockOf({ label: 2, fluxnode: true }), NOW);
  memory.blockDisconnected(blockOf({ label: 3, fluxnode: true }), NOW);
  expect(memory.wasMined(txidOf(1), NOW)).toBe(true);
  memory.blockDisconnected(first, NOW);
  expect([1, 2].map((label) => memory.wasMined(txidOf(label), NOW))).toEqual([false, false]);
});
