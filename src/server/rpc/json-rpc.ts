import { TurnTaker } from "../../platform/index.ts";
import type { RpcHandler } from "./handler.ts";
import { isJsonObject, type JsonInput, member, parseJson } from "./json-reader.ts";
import { fromInput, type JsonValue, writeJson } from "./json-writer.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/** What goes back over HTTP. */
export interface RpcReply {
  readonly status: number;
  readonly body: string;
}

interface Call {
  readonly method: string;
  readonly params: readonly JsonInput[];
}

/** The parts of a reply are put together as text, since most of them are short. */
function replyText(result: string, error: string, id: string): string {
  return `{"result":${result},"error":${error},"id":${id}}`;
}

function errorText({ code, message }: RpcError): string {
  return writeJson({ code, message });
}

function invalidRequest(message: string): RpcError {
  return new RpcError(RpcErrorCode.invalidRequest, message);
}

/** The call that a request asks for; its id was read before, so that even a bad request is answered with it. */
function callOf(request: JsonInput): Call {
  if (!isJsonObject(request)) throw invalidRequest("Invalid Request object");
  const method = member(request, "method");
  if (method === null) throw invalidRequest("Missing method");
  if (typeof method !== "string") throw invalidRequest("Method must be a string");
  const params = member(request, "params");
  if (params !== null && !Array.isArray(params)) throw invalidRequest("Params must be an array");
  return { method, params: (params as readonly JsonInput[] | null) ?? [] };
}

function idText(request: JsonInput): string {
  return isJsonObject(request) ? writeJson(fromInput(member(request, "id"))) : "null";
}

function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(RpcErrorCode.internal, "internal error");
}

function httpStatus(code: number): number {
  if (code === RpcErrorCode.invalidRequest) return 400;
  return code === RpcErrorCode.methodNotFound ? 404 : 500;
}

function failed(error: unknown, id: string): RpcReply {
  const rpcError = asRpcError(error);
  return { status: httpStatus(rpcError.code), body: `${replyText("null", errorText(rpcError), id)}\n` };
}

function succeeded(result: JsonValue, id: string): RpcReply {
  return { status: 200, body: `${replyText(writeJson(result), "null", id)}\n` };
}

function single(request: JsonInput, handler: RpcHandler): RpcReply | Promise<RpcReply> {
  const id = idText(request);
  try {
    const { method, params } = callOf(request);
    const result = handler(method, params);
    if (!(result instanceof Promise)) return succeeded(result, id);
    return result.then((value) => succeeded(value, id)).catch((error: unknown) => failed(error, id));
  } catch (error) {
    return failed(error, id);
  }
}

/** One after the other, as the daemon does: a call may rely on what the one before it changed. */
async function batch(requests: readonly JsonInput[], handler: RpcHandler): Promise<RpcReply> {
  const replies: string[] = [];
  const turns = new TurnTaker();
  for (const request of requests) {
    // Most calls are answered at once, so a long batch would keep everybody else waiting to its end.
    await turns.rest();
    replies.push((await single(request, handler)).body.trimEnd());
  }
  return { status: 200, body: `[${replies.join(",")}]\n` };
}

/**
 * Answers the body of a JSON-RPC 1.0 request or batch (spec rpc.md section 1). Never throws.
 */
export function answer(body: string, handler: RpcHandler): RpcReply | Promise<RpcReply> {
  try {
    const request = parseRequest(body);
    if (Array.isArray(request)) return batch(request as readonly JsonInput[], handler);
    if (isJsonObject(request)) return single(request, handler);
    throw new RpcError(RpcErrorCode.parse, "Top-level object parse error");
  } catch (error) {
    return failed(error, "null");
  }
}

function parseRequest(body: string): JsonInput {
  try {
    return parseJson(body);
  } catch {
    throw new RpcError(RpcErrorCode.parse, "Parse error");
  }
}
