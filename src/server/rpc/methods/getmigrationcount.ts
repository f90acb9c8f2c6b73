import { isCurrentAmount, TIERS } from "../../../protocol/fluxnodes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";

function countsShape(age: "old" | "new", counts: readonly number[]): JsonObject {
  const [cumulus = 0, nimbus = 0, stratus = 0] = counts;
  return {
    [`total-${age}`]: cumulus + nimbus + stratus,
    [`cumulus-enabled-${age}`]: cumulus,
    [`nimbus-enabled-${age}`]: nimbus,
    [`stratus-enabled-${age}`]: stratus,
  };
}

export const getmigrationcount: RpcMethod = {
  name: "getmigrationcount",
  category: "fluxnode",
  summary: "How many confirmed fluxnodes have collaterals of the time before and after their reduction.",
  params: [],
  result: "an array of two objects: old and new amounts",
  call: reading(({ nodes }) => {
    const old = [0, 0, 0];
    const current = [0, 0, 0];
    for (const tier of TIERS) {
      for (const { amount } of nodes.queue(tier)) {
        const counts = isCurrentAmount(amount) ? current : old;
        counts[tier - 1] = (counts[tier - 1] as number) + 1;
      }
    }
    return [countsShape("old", old), countsShape("new", current)];
  }),
};
