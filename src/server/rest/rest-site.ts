import type { HttpReply, HttpRequest } from "../../platform/http/index.ts";
import type { ChainReader, RpcChain } from "../rpc/context.ts";
import type { RpcHandler } from "../rpc/index.ts";
import { restBlock, restHeaders, restTransaction } from "./rest-blocks.ts";
import { restOutputs } from "./rest-outputs.ts";
import { restError, restJson, splitFormat, unknownFormat } from "./rest-reply.ts";

/** What the answers come from. */
export interface RestSource {
  readonly chain: Pick<RpcChain, "read">;
  readonly call: RpcHandler;
}

type Page = (source: RestSource, path: string, request: HttpRequest) => HttpReply | Promise<HttpReply>;

const STARTING = restError(503, "Service temporarily unavailable: Loading block index...");

const NO_BODY = new Uint8Array(0);
/** Of the question after outputs; a sensible one is far shorter. */
const MAX_BODY = 1 << 16;

/** The first one that a path begins with answers it (spec rpc.md section 10). */
const PAGES: readonly (readonly [prefix: string, page: Page])[] = [
  ["/rest/tx/", reading(restTransaction)],
  ["/rest/block/notxdetails/", reading((reader, path) => restBlock(reader, path, false))],
  ["/rest/block/", reading((reader, path) => restBlock(reader, path, true))],
  ["/rest/chaininfo", calling("getblockchaininfo")],
  ["/rest/mempool/info", calling("getmempoolinfo")],
  ["/rest/mempool/contents", calling("getrawmempool", true)],
  ["/rest/headers/", reading(restHeaders)],
  ["/rest/getutxos", outputs],
];

/**
 * The daemon's REST interface: what answers a request when it is its turn; null for a path that is not part of it.
 * @param source null while the chain is being opened
 */
export function restSite(source: () => RestSource | null): (request: HttpRequest) => (() => Promise<HttpReply>) | null {
  return (request) => {
    const { target } = request;
    const [prefix, page] = PAGES.find(([start]) => target.startsWith(start)) ?? [];
    if (prefix === undefined || page === undefined) return null;
    return async () => {
      const open = source();
      return open ? page(open, target.slice(prefix.length), request) : STARTING;
    };
  };
}

function reading(answer: (reader: ChainReader, path: string) => HttpReply): Page {
  return ({ chain }, path) => chain.read((reader) => answer(reader, path));
}

function calling(method: string, ...params: boolean[]): Page {
  return async ({ call }, path) => {
    if (splitFormat(path).format !== "json") return unknownFormat("json");
    return restJson(await call(method, params));
  };
}

async function outputs({ chain }: RestSource, path: string, request: HttpRequest): Promise<HttpReply> {
  const body = request.method === "GET" || request.method === "HEAD" ? NO_BODY : await request.bytes();
  if (body.length > MAX_BODY) return restError(500, "Parse error");
  return chain.read((reader) => restOutputs(reader, path, body));
}
