import type { RpcMethod } from "../declaration.ts";
import { type DelegateStartKind, givenPublicKey, notFound, startAsDelegate } from "../delegate-start.ts";

const NORMAL: DelegateStartKind = {
  words: (obstacle) => {
    // The reference names a command that it does not have.
    if (obstacle.includes("authorized")) return `${obstacle}. Use 'updatefluxnodedelegates' first.`;
    return obstacle.endsWith("DoS tracker") ? `${obstacle}. Must wait until out of DoS tracker to start` : obstacle;
  },
  owner: (text, previous) => {
    if (text !== "") {
      return { kind: "key", publicKey: givenPublicKey(text, "collateral public key") };
    }
    if (!previous || previous.collateralPublicKey.length === 0) throw notFound("collateral public key");
    return { kind: "key", publicKey: previous.collateralPublicKey };
  },
};

export const startfluxnodeasdelegate: RpcMethod = {
  name: "startfluxnodeasdelegate",
  category: "fluxnode",
  summary: "Starts a fluxnode with the key of a delegate instead of the owner's.",
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
      name: "collateralpubkey",
      type: "string",
      description: "public key of the owner (default or empty: that of its last start)",
      optional: true,
    },
  ],
  result: "an object with result, and txid and delegate or error",
  call: (args, context) => startAsDelegate(args, context, NORMAL),
};
