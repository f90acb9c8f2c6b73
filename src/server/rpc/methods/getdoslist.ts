import { type RpcMethod, reading } from "../declaration.ts";
import { waitingNodes } from "../shapes/waiting-nodes.ts";

const PERIODS = { beforePon: 180, fromPon: 720 } as const;

export const getdoslist: RpcMethod = {
  name: "getdoslist",
  category: "fluxnode",
  summary: "Fluxnodes that were started but not confirmed in time and may not start again yet.",
  params: [],
  result: "an array ordered by the blocks until they may start again",
  call: reading((reader) =>
    waitingNodes(reader, "dos", { remaining: "eligible_in", periods: PERIODS, most: PERIODS.fromPon }),
  ),
};
