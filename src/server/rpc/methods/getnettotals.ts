import type { RpcMethod } from "../declaration.ts";

export const getnettotals: RpcMethod = {
  name: "getnettotals",
  category: "network",
  summary: "How many bytes went from and to peers since the start, and the time of this machine in milliseconds.",
  params: [],
  result: "an object",
  call: (_args, { network }) => {
    const { received, sent } = network.peers.totals();
    return { totalbytesrecv: received, totalbytessent: sent, timemillis: Date.now() };
  },
};
