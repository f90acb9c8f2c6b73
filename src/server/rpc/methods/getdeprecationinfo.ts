import type { RpcMethod } from "../declaration.ts";

export const getdeprecationinfo: RpcMethod = {
  name: "getdeprecationinfo",
  category: "network",
  mainOnly: true,
  summary: "The height from which this version counts as too old. On the main network only.",
  params: [],
  result: "an object",
  call: (_args, { version }) => ({
    version: version.number,
    subversion: version.userAgent,
    deprecationheight: version.deprecationHeight,
  }),
};
