import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { isUnspendable } from "../../../protocol/script/index.ts";
import type { ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { Amount } from "../json-writer.ts";
import { scriptShape } from "../shapes/script-shape.ts";

/** Outputs of a pool transaction; those that nobody can spend are no coins. */
function pooledCoins(txid: Uint8Array, { mempool }: ChainReader) {
  const tx = mempool.get(txid)?.tx;
  if (!tx) return undefined;
  const outputs = tx.outputs.map((output) => (isUnspendable(output.script) ? null : output));
  return { version: tx.version, height: null, coinbase: false, outputs };
}

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
    const withPool = !args.has(2) || args.boolean(2);
    const coins = (withPool ? pooledCoins(txid, reader) : undefined) ?? reader.transactionCoins(txid);
    const output = coins?.outputs[index];
    if (!coins || !output || (withPool && reader.mempool.spender({ txid, index }))) return null;
    return {
      bestblock: toDisplayHash(reader.tip.hash),
      confirmations: coins.height === null ? 0 : reader.tip.height - coins.height + 1,
      value: new Amount(output.value),
      scriptPubKey: scriptShape(output.script, reader.params.base58),
      version: coins.version,
      coinbase: coins.coinbase,
    };
  }),
};
