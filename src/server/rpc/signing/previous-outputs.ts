import { isPayToScriptHash, type KeyRing } from "../../../protocol/script/index.ts";
import { asAmount } from "../amount-value.ts";
import { isJsonObject, type JsonInput, type JsonInputObject, member } from "../json-reader.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { asHash, asHexBytes, asInt, type JsonTypeName, jsonTypeName } from "../values.ts";
import type { KnownOutputs } from "./known-outputs.ts";

/** In the order in which the daemon looks at them: by name. */
const FIELDS: readonly (readonly [string, JsonTypeName])[] = [
  ["scriptPubKey", "string"],
  ["txid", "string"],
  ["vout", "number"],
];

function expectField(object: JsonInputObject, name: string, type: JsonTypeName): void {
  const actual = jsonTypeName(member(object, name));
  if (actual === "null") throw new RpcError(RpcErrorCode.type, `Missing ${name}`);
  if (actual === type) return;
  throw new RpcError(RpcErrorCode.type, `Expected type ${type} for ${name}, got ${actual}`);
}

/**
 * Takes in an output as the caller of signrawtransaction tells it.
 * @param keys take the redeem script; null where the caller gave no keys, and its scripts are not wanted
 * @throws RpcError -3, -8, -22
 */
export function takeToldOutput(value: JsonInput, outputs: KnownOutputs, keys: KeyRing | null): void {
  if (!isJsonObject(value)) {
    throw new RpcError(RpcErrorCode.deserialization, 'expected object with {"txid\'","vout","scriptPubKey"}');
  }
  for (const [name, type] of FIELDS) expectField(value, name, type);
  const txid = asHash(member(value, "txid"), "txid");
  const index = asInt(member(value, "vout"));
  if (index < 0) throw new RpcError(RpcErrorCode.deserialization, "vout must be positive");
  const script = asHexBytes(member(value, "scriptPubKey"), "scriptPubKey");
  outputs.requireScript({ txid, index }, script);
  const amount = Object.hasOwn(value, "amount") ? asAmount(member(value, "amount")) : 0n;
  outputs.set({ txid, index }, { value: amount, script });
  if (!keys || !isPayToScriptHash(script)) return;
  expectField(value, "redeemScript", "string");
  keys.addRedeemScript(asHexBytes(member(value, "redeemScript"), "redeemScript"));
}
