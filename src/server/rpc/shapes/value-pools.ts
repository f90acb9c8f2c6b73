import type { HeaderEntry } from "../context.ts";
import { Amount, type JsonObject } from "../json-writer.ts";

function valuePool(id: string, total: bigint | null, delta: bigint | null): JsonObject {
  return {
    id,
    monitored: total !== null,
    ...(total !== null && { chainValue: new Amount(total), chainValueZat: total }),
    ...(delta !== null && { valueDelta: new Amount(delta), valueDeltaZat: delta }),
  };
}

/** The shielded pools after a block and what the block changed. */
export function blockValuePools(entry: HeaderEntry): JsonObject[] {
  return [
    valuePool("sprout", entry.chainSproutValue, entry.sproutDelta),
    valuePool("sapling", entry.chainSaplingValue, entry.saplingDelta),
  ];
}

/** The shielded pools at the tip. */
export function chainValuePools(tip: HeaderEntry): JsonObject[] {
  return [valuePool("sprout", tip.chainSproutValue, null), valuePool("sapling", tip.chainSaplingValue, null)];
}
