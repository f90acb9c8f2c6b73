import { equalBytes, toHex } from "../../../protocol/bytes/index.ts";
import { hash160 } from "../../../protocol/crypto/index.ts";
import { updatedDelegates, upgradedStart } from "../../../protocol/fluxnodes/index.ts";
import { isPonHeight } from "../../../protocol/params/index.ts";
import type { OutPoint } from "../../../protocol/primitives/index.ts";
import { destinationOf } from "../../../protocol/script/index.ts";
import type { ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { delegateKeys } from "../delegate-keys.ts";
import { lenientHex, lenientPublicKey } from "../lenient-values.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

function requireOwnAddress(reader: ChainReader, collateral: OutPoint, redeemScript: Uint8Array): void {
  const refuse = (message: string) => new RpcError(RpcErrorCode.verify, message);
  const coins = reader.transactionCoins(collateral.txid);
  if (!coins) throw refuse("Coins not found in chain");
  // The daemon does not look whether there is such an output; here a missing one has no destination.
  const output = coins.outputs[collateral.index];
  const destination = output ? destinationOf(output.script) : null;
  if (!destination) throw refuse("Couldn't extract destination from coins");
  if (destination.kind !== "scripthash" || !equalBytes(destination.hash, hash160(redeemScript))) {
    throw refuse("Address not matching Redeemscript hash");
  }
}

export const createp2shstarttx: RpcMethod = {
  name: "createp2shstarttx",
  category: "fluxnode",
  summary:
    "Makes the transaction that starts a fluxnode whose collateral lies at a multisignature address. It is not signed.",
  params: [
    { name: "redeemscript", type: "string", description: "script of the address" },
    { name: "vpspubkey", type: "string", description: "public key of the fluxnode" },
    { name: "txid", type: "string", description: "transaction of the collateral" },
    { name: "index", type: "number", description: "number of the output" },
    {
      name: "delegates",
      type: "array",
      description: "at most 4 compressed public keys that may start the fluxnode, too",
      optional: true,
    },
  ],
  result: "the transaction in hex",
  call: reading((reader, args) => {
    args.expectTypes("string", "string", "string", "number", "array");
    const collateral = { txid: args.lenientHash(2), index: args.int(3) >>> 0 };
    const redeemScript = lenientHex(args.string(0));
    const keys = args.has(4) ? delegateKeys(args.array(4)) : [];
    const delegates = keys.length > 0 && isPonHeight(reader.params, reader.tip.height + 1) ? keys : null;
    requireOwnAddress(reader, collateral, redeemScript);
    // Signing sets the time.
    const fields = { collateral, publicKey: lenientPublicKey(args.string(1)), sigTime: 0 };
    const owner = { kind: "script", redeemScript } as const;
    return toHex(upgradedStart(fields, owner, delegates && updatedDelegates(delegates)).raw);
  }),
};
