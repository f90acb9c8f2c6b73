import { fromHex, toHex } from "../../../protocol/bytes/index.ts";
import { publicKeyIsValid } from "../../../protocol/crypto/index.ts";
import { encodeAddress } from "../../../protocol/primitives/index.ts";
import { MAX_ELEMENT_SIZE, multisigScript, scriptDestination } from "../../../protocol/script/index.ts";
import type { RpcMethod } from "../declaration.ts";
import type { JsonInput } from "../json-reader.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { asString, isHexText } from "../values.ts";

const MAX_KEYS = 16;

function refuse(message: string): RpcError {
  return new RpcError(RpcErrorCode.misc, message);
}

function publicKey(value: JsonInput): Uint8Array {
  const text = asString(value);
  const key = isHexText(text) ? fromHex(text) : undefined;
  if (!key || !publicKeyIsValid(key)) throw refuse(` Invalid public key: ${text}`);
  return key;
}

/** The script that `required` of the keys can spend. @throws RpcError -1 */
function redeemScript(required: number, keys: readonly JsonInput[]): Uint8Array {
  if (required < 1) throw refuse("a multisignature address must require at least one key to redeem");
  if (keys.length < required) {
    throw refuse(`not enough keys supplied (got ${keys.length} keys, but need at least ${required} to redeem)`);
  }
  if (keys.length > MAX_KEYS) {
    throw refuse("Number of addresses involved in the multisignature address creation > 16\nReduce the number");
  }
  const script = multisigScript(required, keys.map(publicKey));
  if (script.length > MAX_ELEMENT_SIZE) {
    throw refuse(`redeemScript exceeds size limit: ${script.length} > ${MAX_ELEMENT_SIZE}`);
  }
  return script;
}

export const createmultisig: RpcMethod = {
  name: "createmultisig",
  category: "util",
  summary: "Makes the address of a multisignature script.",
  params: [
    { name: "required", type: "number", description: "signatures needed to spend" },
    { name: "key", type: "array", description: "public keys in hex, at most 16" },
  ],
  result: "an object with address and redeemScript",
  call: (args, { chain: { params } }) => {
    const script = redeemScript(args.int(0), args.array(1));
    return { address: encodeAddress(scriptDestination(script), params.base58), redeemScript: toHex(script) };
  },
};
