import { toHex } from "../../../protocol/bytes/index.ts";
import { publicKeyCreate } from "../../../protocol/crypto/index.ts";
import { encodeWif } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { newSecret } from "../new-key.ts";

export const createdelegatekeypair: RpcMethod = {
  name: "createdelegatekeypair",
  category: "fluxnode",
  summary: "Makes a new key with which somebody else may start a fluxnode. It is kept nowhere.",
  params: [],
  result: "an object with private_key in WIF form, public_key_compressed and public_key_uncompressed",
  call: (_args, { chain: { params } }) => {
    const secret = newSecret();
    return {
      private_key: encodeWif({ secret, compressed: true }, params.base58),
      public_key_compressed: toHex(publicKeyCreate(secret, true)),
      public_key_uncompressed: toHex(publicKeyCreate(secret, false)),
    };
  },
};
