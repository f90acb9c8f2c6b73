import type { ParameterDeclaration, RpcMethod } from "./declaration.ts";
import type { JsonObject } from "./json-writer.ts";

const OPENRPC_VERSION = "1.3.2";

/**
 * An OpenRPC description (https://spec.open-rpc.org) of methods, from the same declarations that check calls and give help.
 * Parameters go by position. What comes back is described in words: its shape may depend on the parameters.
 *
 * @param version of the daemon whose answers these are
 */
export function openRpcDocument(methods: readonly RpcMethod[], version: string): JsonObject {
  const byName = [...methods].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    openrpc: OPENRPC_VERSION,
    info: {
      title: "fluxnode JSON-RPC",
      description: "JSON-RPC 1.0 over HTTP POST with Basic authentication, compatible with the Flux daemon.",
      version,
    },
    methods: byName.map(methodObject),
  };
}

function methodObject({ name, category, summary, params, result, aliases, mainOnly }: RpcMethod): JsonObject {
  return {
    name,
    tags: [{ name: category }],
    summary,
    description: mainOnly ? `${summary} Only on the main network.` : undefined,
    paramStructure: "by-position",
    params: params.map(parameterObject),
    result: { name: "result", description: result, schema: true },
    "x-aliases": aliases && aliases.length > 0 ? aliases : undefined,
  };
}

function parameterObject({ name, type, description, optional }: ParameterDeclaration): JsonObject {
  return { name, description, required: !optional, schema: { type } };
}
