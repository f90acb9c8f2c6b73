import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { Amount } from "../json-writer.ts";
import { scriptShape } from "../shapes/script-shape.ts";

export const gettxout: RpcMethod = {
  name: "gettxout",
  category: "blockchain",
  summary: "An unspent output.",
  params: [
    { name: "txid", type: "string", description: "transaction id" },
    { name: "n", type: "number", description: "output number" },
    {
      name: "includemempool",
      type: "boolean",
      description: "count the memory pool too (default true)",
      optional: true,
    },
  ],
  result: "an object, or null if there is no such unspent output",
  call: reading((reader, args) => {
    const txid = args.lenientHash(0);
    const index = args.int(1);
    if (args.has(2)) args.boolean(2);
    const coins = reader.transactionCoins(txid);
    const output = coins?.outputs[index];
    if (!coins || !output) return null;
    return {
      bestblock: toDisplayHash(reader.tip.hash),
      confirmations: reader.tip.height - coins.height + 1,
      value: new Amount(output.value),
      scriptPubKey: scriptShape(output.script, reader.params.base58),
      version: coins.version,
      coinbase: coins.coinbase,
    };
  }),
};
