import { FluxError, systemErrorCode } from "../errors.ts";
import { netAddon } from "../native/index.ts";
import { repeat } from "../repeat.ts";
import type { ByteSocketReply } from "./byte-socket.ts";
import { ConnectionLimit, type ConnectionLimits } from "./connection-limit.ts";
import { type BunSocket, type SocketData, socketData } from "./server-sockets.ts";

/** One request. Header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** With its query, as the client wrote it. */
  readonly target: string;
  /** IP address of the client. */
  readonly client: string;
  header(name: string): string | null;
  /** The whole body; may be called once. */
  text(): Promise<string>;
  /** The same as bytes. */
  bytes(): Promise<Uint8Array>;
  /** Lets the answer take longer than a connection may be idle. */
  keepWaiting(): void;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers a request by turning its connection into a WebSocket; the function that it returns is called at its end. */
export interface SocketReply {
  readonly connect: (connection: SocketConnection) => () => void;
}

/** A WebSocket to which texts are sent; what the client sends is ignored. */
export interface SocketConnection {
  /** A client that reads too slowly for what is sent to it is disconnected. */
  send(text: string): void;
}

export interface HttpServerOptions {
  /** Address to listen on, like 127.0.0.1 or ::1. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Requests with more are refused with status 413. */
  readonly maxBodyBytes: number;
  /** A WebSocket whose client sends a longer message is closed. Default 4096. */
  readonly maxMessageBytes?: number;
  /** A connection on which nothing moves for so long is closed; at most 255. */
  readonly idleSeconds: number;
  /** For a port that is open to strangers. Not kept when FLUXNODE_NATIVE=off. */
  readonly connections?: ConnectionLimits & {
    /** The answer on a connection too many, which is closed behind it. */
    readonly refusal: HttpReply;
  };
  /** If it fails, the client is told 500 without a text. */
  readonly handle: (request: HttpRequest) => HttpReply | SocketReply | ByteSocketReply | Promise<HttpReply>;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections; with `force` the open ones are closed too. Resolves when all are closed. */
  stop(force: boolean): Promise<void>;
}

type BunServer = Bun.Server<SocketData>;

/** Bytes that may wait for a slow reader. */
const MAX_WAITING = 1 << 20;
const MAX_SOCKET_MESSAGE = 4096;
const SOCKET_IDLE_SECONDS = 120;
const GOING_AWAY = 1001;
const NO_UPGRADE: HttpReply = {
  status: 426,
  headers: { "content-type": "text/plain", upgrade: "websocket", connection: "Upgrade" },
  body: "this page is a WebSocket\n",
};

/** How often silent connections are counted. */
const LOOK_MILLIS = 500;

/** Start of the path in an absolute URL. */
const AFTER_SCHEME = "http://".length;

/** A request of the runtime's server; what costs time is looked up only when asked for. */
class IncomingRequest implements HttpRequest {
  private readonly request: Request;
  private readonly server: BunServer;

  constructor(request: Request, server: BunServer) {
    this.request = request;
    this.server = server;
  }

  get method(): string {
    return this.request.method;
  }

  get target(): string {
    const { url } = this.request;
    const start = url.indexOf("/", AFTER_SCHEME);
    return start < 0 ? "/" : url.slice(start);
  }

  get client(): string {
    return this.server.requestIP(this.request)?.address ?? "";
  }

  header(name: string): string | null {
    return this.request.headers.get(name);
  }

  text(): Promise<string> {
    return this.request.text();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.request.arrayBuffer());
  }

  keepWaiting(): void {
    this.server.timeout(this.request, 0);
  }
}

function toResponse({ status, headers, body }: HttpReply): Response {
  return new Response(
    (body as string | Uint8Array<ArrayBuffer> | undefined) ?? null,
    headers ? { status, headers } : { status },
  );
}

function listenError(error: unknown, { host, port }: HttpServerOptions): FluxError {
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const systemCode = systemErrorCode(error);
  if (systemCode === "EADDRINUSE") {
    return new FluxError("port-in-use", `cannot listen on ${place}: something else does already`, {
      hint: "is another node running? stop it, or choose another port",
      cause: error,
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new FluxError("listen-failed", `cannot listen on ${place}: ${reason}`, { cause: error });
}

/** Null where nobody can tell what connections there are. */
function connectionLimit(limits: ConnectionLimits, port: number): ConnectionLimit | null {
  const addon = netAddon();
  if (!addon) return null;
  return new ConnectionLimit(limits, {
    list: () => addon.tcpConnections(port),
    end: (connection) => void addon.shutDownConnection(connection.descriptor, port, connection.port),
  });
}

function isAdmitted(limit: ConnectionLimit, request: Request, server: BunServer): boolean {
  const client = server.requestIP(request);
  // Nobody waits for an answer on a connection that is gone.
  return client !== null && limit.admits(client.address, client.port);
}

function closing(reply: HttpReply): HttpReply {
  return { ...reply, headers: { ...reply.headers, connection: "close" } };
}

/**
 * Serves HTTP on one address.
 *
 * @throws FluxError port-in-use, listen-failed
 */
export function startHttpServer(options: HttpServerOptions): HttpServer {
  const { host, port, maxBodyBytes, maxMessageBytes = MAX_SOCKET_MESSAGE, idleSeconds, connections, handle } = options;
  const sockets = new Set<BunSocket>();
  let limit: ConnectionLimit | null = null;
  let server: BunServer;
  try {
    server = Bun.serve<SocketData>({
      hostname: host,
      port,
      maxRequestBodySize: maxBodyBytes,
      idleTimeout: idleSeconds,
      fetch(request, own) {
        if (connections && limit && !isAdmitted(limit, request, own)) return toResponse(closing(connections.refusal));
        const reply = handle(new IncomingRequest(request, own));
        if (reply instanceof Promise) return reply.then(toResponse);
        if (!("connect" in reply || "exchange" in reply)) return toResponse(reply);
        return own.upgrade(request, { data: socketData(reply) }) ? undefined : toResponse(NO_UPGRADE);
      },
      websocket: {
        maxPayloadLength: maxMessageBytes,
        backpressureLimit: MAX_WAITING,
        closeOnBackpressureLimit: true,
        idleTimeout: SOCKET_IDLE_SECONDS,
        sendPings: true,
        open(socket) {
          sockets.add(socket);
          socket.data.open(socket);
        },
        message: (socket, message) => socket.data.events.message(message),
        drain: (socket) => socket.data.events.drained(),
        close(socket) {
          sockets.delete(socket);
          socket.data.events.closed();
        },
      },
      error: () => new Response(null, { status: 500 }),
    });
  } catch (error) {
    throw listenError(error, options);
  }
  limit = connections ? connectionLimit(connections, server.port ?? port) : null;
  const endLooks = limit ? repeat(LOOK_MILLIS, () => limit?.look()) : () => {};
  return {
    host,
    port: server.port ?? port,
    stop(force) {
      endLooks();
      for (const socket of sockets) socket.close(GOING_AWAY, "the node stops");
      return server.stop(force);
    },
  };
}
