import { toHex } from "../../../protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../protocol/crypto/index.ts";
import { encodeWif } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { newSecret } from "../new-key.ts";

export const createsporkkeys: RpcMethod = {
  name: "createsporkkeys",
  category: "fluxnode",
  hidden: true,
  summary: "Makes a new key with its public key. Nothing in the network uses such keys any more.",
  params: [],
  result: "an object with pubkey in hex and privkey in WIF form",
  call: (_args, { chain: { params } }) => {
    const secret = newSecret();
    return {
      pubkey: toHex(publicKeyCreate(secret, false)),
      privkey: encodeWif({ secret, compressed: false }, params.base58),
    };
  },
};
