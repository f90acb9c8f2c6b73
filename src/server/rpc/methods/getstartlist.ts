import { isPonHeight } from "../../../protocol/params/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { waitingNodes } from "../shapes/waiting-nodes.ts";

const PERIODS = { beforePon: 60, fromPon: 240 } as const;

export const getstartlist: RpcMethod = {
  name: "getstartlist",
  category: "fluxnode",
  summary: "Fluxnodes that were started and wait for their first confirmation.",
  params: [],
  result: "an array ordered by the blocks left to confirm",
  call: reading((reader) => {
    const most = isPonHeight(reader.params, reader.tip.height) ? PERIODS.fromPon : PERIODS.beforePon;
    return waitingNodes(reader, "started", { remaining: "expires_in", periods: PERIODS, most });
  }),
};
