import { encodeWif } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { newSecret } from "../new-key.ts";

export const createfluxnodekey: RpcMethod = {
  name: "createfluxnodekey",
  aliases: ["createzelnodekey"],
  category: "fluxnode",
  summary: "Makes a new key for a fluxnode. It is kept nowhere.",
  params: [],
  result: "the private key in WIF form",
  call: (_args, { chain: { params } }) => encodeWif({ secret: newSecret(), compressed: false }, params.base58),
};
