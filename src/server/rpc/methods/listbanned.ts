import type { RpcMethod } from "../declaration.ts";

export const listbanned: RpcMethod = {
  name: "listbanned",
  category: "network",
  summary: "All bans in force.",
  params: [],
  result: "an array of objects",
  call: (_args, { network }) => network.peers.bans().map(({ address, until }) => ({ address, banned_until: until })),
};
