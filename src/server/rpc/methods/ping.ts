import type { RpcMethod } from "../declaration.ts";

export const ping: RpcMethod = {
  name: "ping",
  category: "network",
  summary: "Asks every peer for a sign of life; getpeerinfo shows how long the answers took.",
  params: [],
  result: "null",
  call: (_args, { network }) => {
    network.peers.ping();
    return null;
  },
};
