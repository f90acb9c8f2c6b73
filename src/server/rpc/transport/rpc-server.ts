import {
  AddressFilter,
  type HttpReply,
  type HttpRequest,
  type HttpServer,
  type SocketReply,
  startHttpServer,
} from "../../../platform/http/index.ts";
import { FluxError } from "../../../platform/index.ts";
import type { RpcHandler } from "../handler.ts";
import { answer } from "../json-rpc.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { Authorizer, type RpcAuthorization } from "./authorization.ts";
import { WorkQueue } from "./work-queue.ts";

export interface RpcServerOptions {
  /** Addresses to listen on; at least one must work. Default 127.0.0.1 and ::1. */
  readonly hosts?: readonly string[];
  /** 0 for any free port, the same on all addresses. */
  readonly port: number;
  readonly authorization: RpcAuthorization;
  /** Subnets of clients besides this machine. */
  readonly allowed?: readonly string[];
  /** Calls that run at once and calls that may wait. Default 4 and 16. */
  readonly workers?: number;
  readonly queueDepth?: number;
  /** Seconds after which an idle connection is closed, at most 255. Default 30. */
  readonly idleSeconds?: number;
  /** What callers are told until {@link RpcServer.open} is called. */
  readonly status?: string;
  /** Pages for clients that may connect, without a password and without waiting for calls; null for a path that is not there. */
  readonly pages?: (request: HttpRequest) => HttpReply | Promise<HttpReply> | null;
  /** The daemon's REST interface, without a password, too, but its answers wait in line with the calls, as in the daemon. */
  readonly rest?: (request: HttpRequest) => (() => Promise<HttpReply>) | null;
  /** Takes in clients of the event stream on `/events`, who need the same password as callers. */
  readonly events?: SocketReply["connect"];
  /** Told of wrong passwords. */
  readonly onRefusedPassword?: (client: string) => void;
}

const EVENTS = "/events";
const LOOPBACK = ["127.0.0.0/8", "::1"];
const DEFAULT_HOSTS = ["127.0.0.1", "::1"];
const MAX_BODY = 32 * 1024 * 1024;
const DEFAULT_WORKERS = 4;
const DEFAULT_QUEUE_DEPTH = 16;
const DEFAULT_IDLE_SECONDS = 30;
const PASSWORD_DELAY_MILLIS = 250;
/** How long requests that are being answered may hold up a stop. */
const STOP_GRACE_MILLIS = 5000;

const JSON_HEADERS = { "content-type": "application/json" };
const TEXT_HEADERS = { "content-type": "text/plain" };
const FORBIDDEN: HttpReply = { status: 403 };
const NOT_FOUND: HttpReply = { status: 404 };
const SHUTTING_DOWN: HttpReply = { status: 503 };
const UNAUTHORIZED: HttpReply = { status: 401, headers: { "www-authenticate": 'Basic realm="jsonrpc"' } };
const NOT_POST: HttpReply = {
  status: 405,
  headers: TEXT_HEADERS,
  body: "JSONRPC server handles only POST requests",
};
const QUEUE_FULL: HttpReply = { status: 500, headers: TEXT_HEADERS, body: "Work queue depth exceeded" };

/** JSON-RPC over HTTP (spec rpc.md section 1). */
export class RpcServer {
  private readonly filter: AddressFilter;
  private readonly authorizer: Authorizer;
  private readonly queue: WorkQueue;
  private readonly options: RpcServerOptions;
  private servers: HttpServer[] = [];
  private status: string;
  private stopping = false;
  private handler: RpcHandler = () => {
    throw new RpcError(RpcErrorCode.warmingUp, this.status);
  };

  /** Use {@link startRpcServer}. */
  constructor(options: RpcServerOptions) {
    this.options = options;
    this.status = options.status ?? "RPC server started";
    this.filter = new AddressFilter([...LOOPBACK, ...(options.allowed ?? [])]);
    this.queue = new WorkQueue(options.workers ?? DEFAULT_WORKERS, options.queueDepth ?? DEFAULT_QUEUE_DEPTH);
    this.servers = this.listen();
    try {
      // After listening, so that a second node that cannot listen leaves the cookie of the first one alone.
      this.authorizer = new Authorizer(options.authorization);
    } catch (error) {
      for (const server of this.servers) void server.stop(true);
      throw error;
    }
  }

  get port(): number {
    return this.servers[0]?.port ?? this.options.port;
  }

  /** Changes what callers are told while the node starts. */
  setStatus(status: string): void {
    this.status = status;
  }

  /** Answers calls from now on. */
  open(handler: RpcHandler): void {
    this.handler = handler;
  }

  /** Refuses new requests, lets the running ones end and removes the cookie file. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.authorizer.close();
    const ended = Promise.all(this.servers.map((server) => server.stop(false)));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_GRACE_MILLIS);
    });
    await Promise.race([ended, tooLong]);
    clearTimeout(timer);
    await Promise.all(this.servers.map((server) => server.stop(true)));
  }

  private listen(): HttpServer[] {
    const servers: HttpServer[] = [];
    let failure: unknown;
    for (const host of this.options.hosts ?? DEFAULT_HOSTS) {
      try {
        servers.push(
          startHttpServer({
            host,
            port: servers[0]?.port ?? this.options.port,
            maxBodyBytes: MAX_BODY,
            idleSeconds: this.options.idleSeconds ?? DEFAULT_IDLE_SECONDS,
            handle: (request) => this.handle(request),
          }),
        );
      } catch (error) {
        // A taken port is an error on any address: half of the clients would reach a stranger.
        if (error instanceof FluxError && error.code === "port-in-use") {
          for (const server of servers) void server.stop(true);
          throw error;
        }
        failure ??= error;
      }
    }
    if (servers.length === 0) throw failure;
    return servers;
  }

  private handle(request: HttpRequest): HttpReply | SocketReply | Promise<HttpReply> {
    if (!this.filter.holds(request.client)) return FORBIDDEN;
    if (this.stopping) return SHUTTING_DOWN;
    if (request.target === EVENTS && this.options.events) return this.listener(request, this.options.events);
    if (request.target !== "/") return this.options.pages?.(request) ?? this.rest(request) ?? NOT_FOUND;
    if (request.method !== "POST") return NOT_POST;
    const credentials = request.header("authorization");
    if (credentials === null) return UNAUTHORIZED;
    if (!this.authorizer.accepts(credentials)) return this.refusePassword(request.client);
    return this.call(request);
  }

  private listener(
    request: HttpRequest,
    connect: SocketReply["connect"],
  ): HttpReply | SocketReply | Promise<HttpReply> {
    const credentials = request.header("authorization");
    if (credentials === null) return UNAUTHORIZED;
    return this.authorizer.accepts(credentials) ? { connect } : this.refusePassword(request.client);
  }

  private async refusePassword(client: string): Promise<HttpReply> {
    this.options.onRefusedPassword?.(client);
    await new Promise((resolve) => setTimeout(resolve, PASSWORD_DELAY_MILLIS));
    return UNAUTHORIZED;
  }

  private rest(request: HttpRequest): HttpReply | Promise<HttpReply> | null {
    const page = this.options.rest?.(request);
    if (!page) return null;
    const reply = this.queue.run(page);
    if (reply === null) return QUEUE_FULL;
    request.keepWaiting();
    return reply;
  }

  private async call(request: HttpRequest): Promise<HttpReply> {
    const body = await request.text();
    const reply = this.queue.run(() => answer(body, this.handler));
    if (reply === null) return QUEUE_FULL;
    if (reply instanceof Promise) request.keepWaiting();
    const { status, body: text } = await reply;
    return { status, headers: JSON_HEADERS, body: text };
  }
}

/**
 * Starts to listen, with the cookie file written; every call gets the warm-up error until `open` is called.
 *
 * @throws FluxError port-in-use, listen-failed, subnet-invalid and those of writing a file
 */
export function startRpcServer(options: RpcServerOptions): RpcServer {
  return new RpcServer(options);
}
