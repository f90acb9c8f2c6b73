import { type RpcMethod, reading } from "../declaration.ts";

export const getmempoolinfo: RpcMethod = {
  name: "getmempoolinfo",
  category: "blockchain",
  summary: "Size of the memory pool.",
  params: [],
  result: "an object with size (number of transactions), bytes and usage (memory)",
  call: reading(({ mempool, params }) => ({
    size: mempool.size,
    bytes: mempool.bytes,
    usage: mempool.usage,
    // There is no wallet here whose thread could lag behind.
    fullyNotified: params.networkId === "regtest" ? true : undefined,
  })),
};
