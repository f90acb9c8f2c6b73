export { convertCommandLineParams } from "./command-line.ts";
export type { RpcChain, RpcContext, RpcMining, RpcNetwork, RpcVersion } from "./context.ts";
export { createRpcHandler, type RpcHandler } from "./handler.ts";
export { type JsonInput, JsonNumber, parseJson } from "./json-reader.ts";
export { Amount, type JsonObject, type JsonValue, RawJson, writeIndentedJson, writeJson } from "./json-writer.ts";
export { NO_MINING, NO_NETWORK } from "./offline-context.ts";
export { RpcError, RpcErrorCode } from "./rpc-error.ts";
export type { RpcAuthorization } from "./transport/authorization.ts";
export { type RpcServer, type RpcServerOptions, startRpcServer } from "./transport/rpc-server.ts";
