import {
  type ByteSocketReply,
  type HttpReply,
  type HttpRequest,
  type HttpServer,
  startHttpServer,
} from "../../platform/http/index.ts";
import { apiBusy, apiError } from "./api-reply.ts";
import { clientKey } from "./client-key.ts";

/** A part of the API: answers what belongs to it, null for the rest. */
export type ApiPart = (request: HttpRequest) => HttpReply | ByteSocketReply | Promise<HttpReply> | null;

export interface ApiServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Asked one after the other. */
  readonly parts: readonly ApiPart[];
  readonly connections?: ConnectionCounts;
}

/** How many connections may be open at once. */
export interface ConnectionCounts {
  readonly total: number;
  /** Of one IPv4 address, or the /64 of an IPv6 one. */
  readonly perClient: number;
}

const MAX_BODY = 100_000;
/** Longer than any message of a part. */
const MAX_MESSAGE = 65_536;
const IDLE_SECONDS = 30;
/** Several fluxnodes may be behind one address, and each opens nine connections to measure bandwidth. */
const CONNECTIONS: ConnectionCounts = { total: 1024, perClient: 64 };
/** A connection that nobody uses is gone by then. */
const RETRY_SECONDS = IDLE_SECONDS;

/**
 * Opens the API port, to everybody.
 *
 * @throws FluxError port-in-use, listen-failed
 */
export function startApiServer({ host, port, parts, connections = CONNECTIONS }: ApiServerOptions): HttpServer {
  return startHttpServer({
    host,
    port,
    maxBodyBytes: MAX_BODY,
    maxMessageBytes: MAX_MESSAGE,
    idleSeconds: IDLE_SECONDS,
    connections: {
      ...connections,
      clientOf: clientKey,
      silentSeconds: IDLE_SECONDS,
      refusal: apiBusy(503, "TooManyConnections", "too many connections are open", RETRY_SECONDS),
    },
    handle(request) {
      for (const part of parts) {
        const reply = part(request);
        if (reply !== null) return reply;
      }
      return apiError(404, "NotFound", "there is nothing at this path");
    },
  });
}
