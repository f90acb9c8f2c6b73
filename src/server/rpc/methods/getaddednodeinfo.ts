import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const getaddednodeinfo: RpcMethod = {
  name: "getaddednodeinfo",
  category: "network",
  summary: "The peers that were added with addnode, and with dns whether they are connected.",
  params: [
    { name: "dns", type: "boolean", description: "look the names up and tell of the connections" },
    { name: "node", type: "string", description: "only this one; default: all", optional: true },
  ],
  result: "an array of objects",
  call: async (args, { network: { peers } }) => {
    const lookUp = args.boolean(0);
    const wanted = args.has(1) ? args.string(1) : null;
    const names = peers.added().filter((name) => wanted === null || name === wanted);
    if (wanted !== null && names.length === 0) {
      throw new RpcError(RpcErrorCode.nodeNotAdded, "Error: Node has not been added.");
    }
    if (!lookUp) return names.map((addednode) => ({ addednode }));
    const found = await Promise.all(names.map(async (name) => ({ name, addresses: await peers.addresses(name) })));
    // The daemon leaves out names that it cannot find.
    return found
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ name, addresses }) => ({
        addednode: name,
        connected: addresses.some(({ connected }) => connected !== null),
        addresses: addresses.map(({ address, connected }) => ({ address, connected: connected ?? "false" })),
      }));
  },
};
