import { FluxTxVersionBit } from "../../../protocol/primitives/index.ts";
import type { RpcMethod } from "../declaration.ts";
import { type DelegateStartKind, givenPublicKey, notFound, startAsDelegate } from "../delegate-start.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

const NORMAL: DelegateStartKind = {
  fluxTxVersion: FluxTxVersionBit.normal | FluxTxVersionBit.delegates,
  words: (obstacle) => {
    // The reference names a command that it does not have.
    if (obstacle.includes("authorized")) return `${obstacle}. Use 'updatefluxnodedelegates' first.`;
    return obstacle.endsWith("DoS tracker") ? `${obstacle}. Must wait until out of DoS tracker to start` : obstacle;
  },
  owner: (text, previous) => {
    if (text !== "") {
      return { collateralPublicKey: givenPublicKey(text, "collateral public key"), redeemScript: NOTHING };
    }
    if (!previous || previous.collateralPublicKey.length === 0) throw notFound("collateral public key");
    return { collateralPublicKey: previous.collateralPublicKey, redeemScript: NOTHING };
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
