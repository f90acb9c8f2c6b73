import { equalBytes } from "../../protocol/bytes/index.ts";
import { type DelegateData, DelegateType, type FluxnodeStart, FluxnodeType } from "../../protocol/primitives/index.ts";
import type { JsonInput } from "./json-reader.ts";
import { lenientPublicKey } from "./lenient-values.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import { asString } from "./values.ts";

const NOTHING: Uint8Array = new Uint8Array(0);
const MAX_DELEGATES = 4;
const COMPRESSED_SIZE = 33;

/** What a START of version 6 says; whatever is not given is empty. */
export function startPayload(
  fields: Pick<FluxnodeStart, "fluxTxVersion" | "collateral" | "publicKey" | "delegates"> & Partial<FluxnodeStart>,
): FluxnodeStart {
  return {
    kind: "start",
    type: FluxnodeType.start,
    collateralPublicKey: NOTHING,
    redeemScript: NOTHING,
    sigTime: 0,
    signature: NOTHING,
    ...fields,
  };
}

/** Delegates as a START of the owner sets them. */
export function updatedDelegates(keys: readonly Uint8Array[]): DelegateData {
  return { using: true, version: 1, type: DelegateType.update, keys };
}

/** Delegates as a START of a delegate carries them: none, only the sign that it is one. */
export const SIGNED_BY_DELEGATE: DelegateData = { using: true, version: 1, type: DelegateType.signing, keys: [] };

/** Public keys of delegates. @throws RpcError -8 */
export function delegateKeys(values: readonly JsonInput[]): Uint8Array[] {
  const invalid = (message: string) => new RpcError(RpcErrorCode.invalidParameter, message);
  if (values.length > MAX_DELEGATES) throw invalid(`Too many delegates. Maximum is ${MAX_DELEGATES}`);
  const keys: Uint8Array[] = [];
  values.forEach((value, i) => {
    const key = lenientPublicKey(asString(value));
    if (key.length === 0) throw invalid(`Invalid delegate public key at index ${i}`);
    if (key.length !== COMPRESSED_SIZE) throw invalid(`Delegate public key at index ${i} must be compressed`);
    if (keys.some((other) => equalBytes(other, key))) throw invalid(`Duplicate delegate public key at index ${i}`);
    keys.push(key);
  });
  return keys;
}
