import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { addressKeys, addressOption } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { addressKeyText } from "../shapes/address-key.ts";

export const getaddressutxos: RpcMethod = {
  name: "getaddressutxos",
  category: "addressindex",
  summary: "Unspent outputs of addresses, by height. Needs the indexes.",
  params: [
    { name: "addresses", type: ["object", "string"], description: "one address, or {addresses: [...], chainInfo}" },
  ],
  result: "an array; with chainInfo an object with utxos, hash and height of the tip",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddressutxos");
    const chainInfo = addressOption(args, "chainInfo");
    const utxos = addressKeys(args, reader)
      .flatMap((key) => {
        const address = addressKeyText(key, reader.params);
        return reader.addressUtxos(key).map(({ outpoint, script, satoshis, height }) => ({
          address,
          txid: toDisplayHash(outpoint.txid),
          outputIndex: outpoint.index,
          script: toHex(script),
          satoshis,
          height,
        }));
      })
      .sort((a, b) => a.height - b.height);
    return chainInfo ? { utxos, hash: toDisplayHash(reader.tip.hash), height: reader.tip.height } : utxos;
  }),
};
