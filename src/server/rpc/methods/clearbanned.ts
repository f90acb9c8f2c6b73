import type { RpcMethod } from "../declaration.ts";

export const clearbanned: RpcMethod = {
  name: "clearbanned",
  category: "network",
  summary: "Takes back all bans.",
  params: [],
  result: "null",
  call: (_args, { network }) => {
    network.peers.clearBans();
    return null;
  },
};
