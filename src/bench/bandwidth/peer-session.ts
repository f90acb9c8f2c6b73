import { openWebSocket, type WebSocketClient, type WebSocketEvents } from "../../platform/web-socket/index.ts";
import { type AnsweringPeer, refused, withDeadline } from "./ask-challenge.ts";
import { PeerFailure, reasonOf } from "./peer-failure.ts";
import {
  BANDWIDTH_PATHS,
  type ClientMessage,
  findProof,
  MAX_FRAME_BYTES,
  MAX_TEXT_BYTES,
  parseMessage,
  type ServerMessage,
  type SessionLimits,
  serverMessage,
} from "./protocol.ts";

const ANSWER_MILLIS = 5000;
const MAX_UNREAD = 4;

type Reply<Op extends ServerMessage["op"]> = Extract<ServerMessage, { op: Op }>;

/** The client's side of a session: words on one connection, test data on others. A peer's fault fails everything under way. */
export class PeerSession {
  private readonly peer: AnsweringPeer;
  private readonly failed = Promise.withResolvers<never>();
  private readonly streams = new Set<WebSocketClient>();
  private control: WebSocketClient | null = null;
  private unread: ServerMessage[] = [];
  private waiter: ((message: ServerMessage) => void) | null = null;
  private streamId = "";
  private closed = false;
  private limitsOfPeer: SessionLimits = { bytes: 0, milliseconds: 0, streams: 1 };

  /** Use {@link openSession}. */
  constructor(peer: AnsweringPeer) {
    this.peer = peer;
    this.failed.promise.catch(() => {});
  }

  get limits(): SessionLimits {
    return this.limitsOfPeer;
  }

  async open(): Promise<void> {
    const { token } = this.peer.challenge;
    const query = new URLSearchParams({ token, proof: findProof(this.peer.challenge) });
    this.control = await this.connect(`${BANDWIDTH_PATHS.session}?${query}`, {
      bytes: () => this.fail("it sent data where words belong"),
      text: (text) => this.hear(text),
      drained() {},
      closed: (failure) => this.fail(failure ? `it broke the protocol: ${failure.message}` : "it cut the session off"),
    });
    const { stream, limits } = await this.next("welcome", ANSWER_MILLIS);
    this.streamId = stream;
    this.limitsOfPeer = limits;
  }

  say(message: ClientMessage): void {
    this.control?.send(JSON.stringify(message));
  }

  /** Waits for the next message, which has to be of this kind. @throws PeerFailure */
  async next<Op extends ServerMessage["op"]>(op: Op, millis: number): Promise<Reply<Op>> {
    const arrived = new Promise<ServerMessage>((resolve) => {
      const [first] = this.unread.splice(0, 1);
      if (first) resolve(first);
      else this.waiter = resolve;
    });
    const message = await this.unlessFailed(withDeadline(arrived, millis, "it stopped answering"));
    if (message.op !== op) throw new PeerFailure(`it said "${message.op}" in place of "${op}"`);
    return message as Reply<Op>;
  }

  /** Seconds of one small round trip. @throws PeerFailure */
  async ping(number: number): Promise<number> {
    const start = performance.now();
    this.say({ op: "ping", number });
    const pong = await this.next("pong", ANSWER_MILLIS);
    if (pong.number !== number) throw new PeerFailure("it answered another ping");
    return performance.now() - start;
  }

  /**
   * Opens the streams of one direction.
   * @param events of each stream; a peer that sends words on one fails the session
   * @throws PeerFailure
   */
  async openStreams(
    count: number,
    events: (index: number) => Pick<WebSocketEvents, "bytes" | "drained"> & { closed(): void },
  ) {
    const path = `${BANDWIDTH_PATHS.stream}?${new URLSearchParams({ id: this.streamId })}`;
    const open = async (index: number) => {
      const { bytes, drained, closed } = events(index);
      const stream = await this.connect(path, {
        bytes,
        drained,
        text: () => this.fail("it sent words where data belongs"),
        closed: (failure) => (failure ? this.fail(`it broke the protocol: ${failure.message}`) : closed()),
      });
      if (this.closed) stream.destroy();
      this.streams.add(stream);
      return stream;
    };
    return this.unlessFailed(Promise.all(Array.from({ length: count }, (_, index) => open(index))));
  }

  closeStreams(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  /** Ends whatever waits for the peer. */
  fail(reason: string): void {
    this.failed.reject(new PeerFailure(reason));
  }

  /** @throws PeerFailure as soon as the peer makes a mistake */
  unlessFailed<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return Promise.race([promise, this.failed.promise]);
  }

  close(): void {
    this.closed = true;
    this.failed.reject(new PeerFailure("the session is over"));
    this.closeStreams();
    this.control?.destroy();
  }

  private async connect(path: string, events: WebSocketEvents): Promise<WebSocketClient> {
    const { host, port } = this.peer;
    const options = { host, port, path, events, timeoutMillis: ANSWER_MILLIS };
    const limits = { maxFrameBytes: MAX_FRAME_BYTES, maxTextBytes: MAX_TEXT_BYTES };
    let opened: Awaited<ReturnType<typeof openWebSocket>>;
    try {
      opened = await openWebSocket({ ...options, ...limits });
    } catch (error) {
      throw new PeerFailure(reasonOf(error));
    }
    if ("status" in opened) throw refused(opened.status, opened.body);
    return opened;
  }

  private hear(text: string): void {
    const message = parseMessage(serverMessage, text);
    if (message === null) this.fail("it sent what is no message of the protocol");
    else if (message.op === "failed") this.fail(`it ended the test: ${printable(message.reason)}`);
    else this.handOver(message);
  }

  private handOver(message: ServerMessage): void {
    const { waiter } = this;
    this.waiter = null;
    if (waiter) waiter(message);
    else if (this.unread.push(message) > MAX_UNREAD) this.fail("it talks without being asked");
  }
}

/** @throws PeerFailure */
export async function openSession(peer: AnsweringPeer): Promise<PeerSession> {
  const session = new PeerSession(peer);
  try {
    await session.open();
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

/** A stranger's words reach a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
