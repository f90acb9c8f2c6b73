import { createHash, randomBytes } from "node:crypto";
import { FluxError } from "../errors.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const MAX_HEAD = 8192;
const MAX_BODY = 4096;

/** How a server answered the wish for a WebSocket. */
export interface HandshakeReply {
  readonly status: number;
  /** Of a refusal, as far as it came. */
  readonly body: string;
  /** What came behind the head of an acceptance. */
  readonly rest: Uint8Array;
}

/** The client's side of RFC 6455 section 4. */
export class Handshake {
  private readonly key = randomBytes(16).toString("base64");
  private received: Buffer = Buffer.alloc(0);

  request(host: string, port: number, path: string): Uint8Array {
    const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${place}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${this.key}`,
      "Sec-WebSocket-Version: 13",
    ];
    return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /**
   * @param ended nothing more will come
   * @returns null while the answer is not whole
   * @throws FluxError web-socket-invalid
   */
  push(bytes: Uint8Array, ended = false): HandshakeReply | null {
    this.received = Buffer.concat([this.received, bytes]);
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.received.length > MAX_HEAD || ended) throw invalid("its answer is no HTTP");
      return null;
    }
    const [first = "", ...lines] = this.received.subarray(0, end).toString("latin1").split("\r\n");
    const [, status] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first) ?? [];
    if (status === undefined || end > MAX_HEAD) throw invalid("its answer is no HTTP");
    const headers = new Map(lines.map(header));
    const rest = this.received.subarray(end + 4);
    if (status === "101") {
      if (headers.get("sec-websocket-accept") !== this.accept()) throw invalid("it accepts without the right key");
      if (headers.has("sec-websocket-extensions")) throw invalid("it uses an extension that nobody asked for");
      return { status: 101, body: "", rest: new Uint8Array(rest) };
    }
    const length = Math.min(MAX_BODY, Number(headers.get("content-length") ?? MAX_BODY) || 0);
    if (rest.length < length && !ended) return null;
    return { status: Number(status), body: rest.subarray(0, length).toString("utf8"), rest: new Uint8Array(0) };
  }

  private accept(): string {
    return createHash("sha1")
      .update(this.key + GUID)
      .digest("base64");
  }
}

function header(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function invalid(what: string): FluxError {
  return new FluxError("web-socket-invalid", `this is no WebSocket server: ${what}`);
}
