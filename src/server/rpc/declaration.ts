import type { ChainReader, RpcContext } from "./context.ts";
import type { JsonValue } from "./json-writer.ts";
import type { RpcArguments } from "./rpc-arguments.ts";

/** Groups of the command list that `help` prints. */
export type RpcCategory =
  | "addressindex"
  | "benchmarks"
  | "blockchain"
  | "control"
  | "emergencyblock"
  | "fluxnode"
  | "generating"
  | "mining"
  | "network"
  | "rawtransactions"
  | "util";

export type ParameterType = "string" | "number" | "boolean" | "array" | "object";

/** One positional parameter. */
export interface ParameterDeclaration {
  readonly name: string;
  /** Several where the method takes several. */
  readonly type: ParameterType | readonly ParameterType[];
  readonly description: string;
  readonly optional?: boolean;
}

/** One method: what `help` tells of it, how many parameters it takes and what it does. */
export interface RpcMethod {
  readonly name: string;
  readonly category: RpcCategory;
  /** One or two sentences. */
  readonly summary: string;
  readonly params: readonly ParameterDeclaration[];
  /** What comes back, in a few words. */
  readonly result: string;
  /** Other names for the very same method. */
  readonly aliases?: readonly string[];
  /** Left out of the list that `help` prints. */
  readonly hidden?: boolean;
  /** More parameters than declared are ignored instead of refused. */
  readonly extraParams?: boolean;
  /** Only there on the main network; elsewhere every call gets the help text. */
  readonly mainOnly?: boolean;
  /** @throws RpcError */
  readonly call: (args: RpcArguments, context: RpcContext) => JsonValue | Promise<JsonValue>;
}

/** Body of a method that only reads the chain. */
export function reading(
  fn: (reader: ChainReader, args: RpcArguments, context: RpcContext) => JsonValue,
): RpcMethod["call"] {
  return (args, context) => context.chain.read((reader) => fn(reader, args, context));
}

export function requiredCount(method: RpcMethod): number {
  return method.params.filter(({ optional }) => !optional).length;
}
