import { encodeAddress } from "../../../protocol/primitives/index.ts";
import { scriptDestination } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { type DelegateStartKind, notFound, startAsDelegate } from "../delegate-start.ts";
import { lenientHex } from "../lenient-values.ts";

const MULTISIGNATURE: DelegateStartKind = {
  words: (obstacle) => obstacle,
  owner: (text, previous) => {
    if (text !== "") return { kind: "script", redeemScript: lenientHex(text) };
    if (!previous || previous.redeemScript.length === 0) throw notFound("redeem script");
    return { kind: "script", redeemScript: previous.redeemScript };
  },
  also: (owner, { chain }) =>
    owner.kind === "script" ? { p2sh: encodeAddress(scriptDestination(owner.redeemScript), chain.params.base58) } : {},
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
