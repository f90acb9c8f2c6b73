import { encodeFrame, type Frame, FrameReader } from "../../src/p2p/framing/index.ts";
import {
  decodePayload,
  encodePayload,
  type MessageCodec,
  type MessageWriter,
  type VersionMessage,
  verackMessage,
  versionMessage,
} from "../../src/p2p/messages/index.ts";
import { connectTcp, listenTcp, type TcpConnection, type TcpListener } from "../../src/platform/tcp/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { until } from "./test-node.ts";

const NOWHERE = { services: 0n, ip: new Uint8Array(16), port: 0 };

export function versionOf(parts: Partial<VersionMessage> = {}): VersionMessage {
  return {
    version: 170_021,
    services: 5n,
    time: BigInt(1_767_400_000),
    receiver: NOWHERE,
    sender: NOWHERE,
    nonce: BigInt(Math.floor(Math.random() * 2 ** 40)) + 2n,
    userAgent: "/test:1/",
    startHeight: 0,
    relay: true,
    ...parts,
  };
}

/** A peer played by a test: it says what the test tells it to say, and keeps what it hears. */
export class WirePeer {
  readonly params: NetworkParams;
  readonly heard: Frame[] = [];
  closed = false;
  connection: TcpConnection | null = null;
  private readonly reader: FrameReader;
  private broken: string | null = null;

  private constructor(params: NetworkParams) {
    this.params = params;
    this.reader = new FrameReader(params.magic, () => true, {
      frame: (frame) => this.heard.push(frame),
      broken: (reason) => {
        this.broken = reason;
      },
    });
  }

  private events() {
    return {
      data: (bytes: Uint8Array) => this.reader.push(bytes),
      drained: () => {},
      closed: () => {
        this.closed = true;
      },
    };
  }

  static async connect(params: NetworkParams, port: number, host = "127.0.0.1"): Promise<WirePeer> {
    const peer = new WirePeer(params);
    const accept = () => peer.events();
    peer.connection = await connectTcp({ host, port, timeoutMillis: 30_000, accept });
    return peer;
  }

  /** Listens; everybody who connects is handed over. */
  static listen(params: NetworkParams, onPeer: (peer: WirePeer) => void): TcpListener {
    return listenTcp({
      host: "127.0.0.1",
      port: 0,
      accept(connection) {
        const peer = new WirePeer(params);
        peer.connection = connection;
        onPeer(peer);
        return peer.events();
      },
    });
  }

  /** Connects and goes through the handshake. */
  static async introduced(params: NetworkParams, port: number, parts: Partial<VersionMessage> = {}): Promise<WirePeer> {
    const peer = await WirePeer.connect(params, port);
    peer.send(versionMessage, versionOf(parts));
    await peer.hear("verack");
    peer.send(verackMessage, undefined);
    return peer;
  }

  send<Body>(codec: MessageWriter<Body>, body: Body): void {
    this.sendRaw(codec.command, encodePayload(codec, body));
  }

  sendRaw(command: string, payload: Uint8Array): void {
    this.sendBytes(encodeFrame(this.params.magic, command, payload));
  }

  sendBytes(bytes: Uint8Array): void {
    this.connection?.send(bytes);
  }

  /** The commands heard so far, in order. */
  get commands(): string[] {
    return this.heard.map(({ command }) => command);
  }

  forget(): void {
    this.heard.length = 0;
  }

  /** Waits for a message and takes it, with all that came before it. */
  async hear(command: string, patienceMillis?: number): Promise<Frame> {
    await until(
      () => `${command}, heard ${this.commands}${this.closed ? ", closed" : ""} ${this.broken ?? ""}`,
      () => {
        return this.commands.includes(command);
      },
      patienceMillis,
    );
    const at = this.commands.indexOf(command);
    return this.heard.splice(0, at + 1).at(-1) as Frame;
  }

  async hearBody<Body>(codec: MessageCodec<Body>, patienceMillis?: number): Promise<Body> {
    const { payload } = await this.hear(codec.command, patienceMillis);
    return decodePayload(codec, payload);
  }

  /** Makes sure that everything sent so far was worked off: a ping is answered after it. */
  async settle(): Promise<void> {
    const nonce = new Uint8Array(8);
    new DataView(nonce.buffer).setFloat64(0, Math.random());
    this.sendRaw("ping", nonce);
    await until(
      "pong",
      () =>
        this.closed ||
        this.heard.some(({ command, payload }) => command === "pong" && payload.every((byte, i) => byte === nonce[i])),
    );
    const at = this.heard.findIndex(
      ({ command, payload }) => command === "pong" && payload.every((byte, i) => byte === nonce[i]),
    );
    if (at >= 0) this.heard.splice(at, 1);
  }

  async gone(patienceMillis?: number): Promise<void> {
    await until("the node ends the connection", () => this.closed, patienceMillis);
  }

  end(): void {
    this.connection?.destroy();
  }
}
