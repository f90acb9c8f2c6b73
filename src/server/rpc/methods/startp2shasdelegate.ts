import { encodeAddress, FluxTxVersionBit } from "../../../protocol/primitives/index.ts";
import { scriptDestination } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { type DelegateStartKind, notFound, startAsDelegate } from "../delegate-start.ts";
import { lenientHex } from "../lenient-values.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

const MULTISIGNATURE: DelegateStartKind = {
  fluxTxVersion: FluxTxVersionBit.p2sh | FluxTxVersionBit.delegates,
  words: (obstacle) => obstacle,
  owner: (text, previous) => {
    if (text !== "") return { collateralPublicKey: NOTHING, redeemScript: lenientHex(text) };
    if (!previous || previous.redeemScript.length === 0) throw notFound("redeem script");
    return { collateralPublicKey: NOTHING, redeemScript: previous.redeemScript };
  },
  also: ({ redeemScript }, { chain }) => ({
    p2sh: encodeAddress(scriptDestination(redeemScript), chain.params.base58),
  }),
};

export const startp2shasdelegate: RpcMethod = {
  name: "startp2shasdelegate",
  category: "fluxnode",
  summary: "Starts a fluxnode whose collateral lies at a multisignature address with the key of a delegate.",
  params: [
    { name: "txhash", type: "string", description: "transaction of the collateral" },
    { name: "outputindex", type: "string", description: "number of the output, as text" },
    { name: "delegatekey", type: "string", description: "private key of a delegate in WIF form" },
    {
      name: "vpspubkey",
      type: "string",
      description: "public key of the fluxnode (default or empty: that of its last start)",
      optional: true,
    },
    {
      name: "redeemscript",
      type: "string",
      description: "script of the address in hex (default or empty: that of its last start)",
      optional: true,
    },
  ],
  result: "an object with result, and txid, delegate and p2sh or error",
  call: (args, context) => startAsDelegate(args, context, MULTISIGNATURE),
};
