import type { RpcMethod } from "../declaration.ts";

export const getconnectioncount: RpcMethod = {
  name: "getconnectioncount",
  category: "network",
  summary: "How many peers are connected.",
  params: [],
  result: "a number",
  call: (_args, { network }) => network.connections(),
};
