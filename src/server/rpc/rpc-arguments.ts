import type { JsonInput, JsonInputObject } from "./json-reader.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import {
  asArray,
  asBoolean,
  asHash,
  asHexBytes,
  asInt,
  asInt64,
  asObject,
  asReal,
  asString,
  isHexText,
  type JsonTypeName,
  jsonTypeName,
  lenientHash,
} from "./values.ts";

/**
 * The positional parameters of a call. Each is checked when it is asked for, so a call with several faults reports the one
 * that the daemon would.
 */
export class RpcArguments {
  private readonly values: readonly JsonInput[];

  constructor(values: readonly JsonInput[]) {
    this.values = values;
  }

  get size(): number {
    return this.values.length;
  }

  /** True if the parameter was given, be it as null. */
  has(index: number): boolean {
    return index < this.values.length;
  }

  /** As it was sent; null when it was not. */
  value(index: number): JsonInput {
    return this.values[index] ?? null;
  }

  isNumber(index: number): boolean {
    return jsonTypeName(this.value(index)) === "number";
  }

  string(index: number): string {
    return asString(this.value(index));
  }

  int(index: number): number {
    return asInt(this.value(index));
  }

  int64(index: number): bigint {
    return asInt64(this.value(index));
  }

  boolean(index: number): boolean {
    return asBoolean(this.value(index));
  }

  array(index: number): readonly JsonInput[] {
    return asArray(this.value(index));
  }

  object(index: number): JsonInputObject {
    return asObject(this.value(index));
  }

  /** A number of any kind. @throws RpcError -1 */
  real(index: number): number {
    return asReal(this.value(index));
  }

  /** A string that must be hex, read as a hash. @throws RpcError -1 naming the parameter `name` */
  hexHash(index: number, name: string): Uint8Array {
    const text = this.string(index);
    if (!isHexText(text)) throw new RpcError(RpcErrorCode.misc, `${name} must be hexadecimal string (not '${text}')`);
    return lenientHash(text);
  }

  /** A string read as a hash in the lenient way: whatever it says, it names some hash, and most hashes belong to nothing. */
  lenientHash(index: number): Uint8Array {
    return lenientHash(this.string(index));
  }

  /** A hash that must be hex. @throws RpcError -8 naming the parameter `name` */
  hash(index: number, name: string): Uint8Array {
    return asHash(this.value(index), name);
  }

  /** @throws RpcError -8 naming the parameter `name` */
  hexBytes(index: number, name: string): Uint8Array {
    return asHexBytes(this.value(index), name);
  }

  /** The check up front that some commands make. @throws RpcError -3 */
  expectTypes(...expected: readonly JsonTypeName[]): void {
    this.checkTypes(expected, false);
  }

  /** {@link expectTypes}, where null stands for a parameter that is not given. @throws RpcError -3 */
  expectTypesOrNull(...expected: readonly JsonTypeName[]): void {
    this.checkTypes(expected, true);
  }

  private checkTypes(expected: readonly JsonTypeName[], allowNull: boolean): void {
    expected.forEach((type, index) => {
      if (!this.has(index)) return;
      const actual = jsonTypeName(this.value(index));
      if (actual === type || (allowNull && actual === "null")) return;
      throw new RpcError(RpcErrorCode.type, `Expected type ${type}, got ${actual}`);
    });
  }
}
