import type { RpcMethod } from "../declaration.ts";

export const printsnapshot: RpcMethod = {
  name: "printsnapshot",
  category: "util",
  summary:
    "The balances that a daemon started with -snapshot writes down at a time or height. This node writes none, so it answers as a daemon without that option.",
  params: [{ name: "timeorheight", type: "number", description: "the time or height that was asked for at the start" }],
  result: "null: there is no such snapshot",
  call: (args) => {
    args.int64(0);
    return null;
  },
};
