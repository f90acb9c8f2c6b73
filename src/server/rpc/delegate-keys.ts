import { equalBytes } from "../../protocol/bytes/index.ts";
import type { JsonInput } from "./json-reader.ts";
import { lenientPublicKey } from "./lenient-values.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import { asString } from "./values.ts";

const MAX_DELEGATES = 4;
const COMPRESSED_SIZE = 33;

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
