import {
  type ByteSocketReply,
  type HttpReply,
  type HttpRequest,
  type HttpServer,
  startHttpServer,
} from "../../platform/http/index.ts";
import { apiError } from "./api-reply.ts";

/** A part of the API: answers what belongs to it, null for the rest. */
export type ApiPart = (request: HttpRequest) => HttpReply | ByteSocketReply | Promise<HttpReply> | null;

export interface ApiServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Asked one after the other. */
  readonly parts: readonly ApiPart[];
}

const MAX_BODY = 100_000;
/** Longer than any message of a part. */
const MAX_MESSAGE = 65_536;
const IDLE_SECONDS = 30;

/**
 * Opens the API port, to everybody.
 *
 * @throws FluxError port-in-use, listen-failed
 */
export function startApiServer({ host, port, parts }: ApiServerOptions): HttpServer {
  return startHttpServer({
    host,
    port,
    maxBodyBytes: MAX_BODY,
    maxMessageBytes: MAX_MESSAGE,
    idleSeconds: IDLE_SECONDS,
    handle(request) {
      for (const part of parts) {
        const reply = part(request);
        if (reply !== null) return reply;
      }
      return apiError(404, "NotFound", "there is nothing at this path");
    },
  });
}
