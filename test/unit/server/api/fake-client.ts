import {
  BANDWIDTH_PATHS,
  challengeAnswer,
  findProof,
  parseMessage,
  type ServerMessage,
  serverMessage,
} from "../../../../src/bench/index.ts";
import type { ByteSocket, ByteSocketEvents, HttpReply, HttpRequest } from "../../../../src/platform/http/index.ts";
import { type BandwidthLimits, BandwidthTest, bandwidthLimits } from "../../../../src/server/api/index.ts";

export const LIMITS: BandwidthLimits = { ...bandwidthLimits(1e12), difficultyBits: 4 };

/** A connection whose other end the test plays. */
export class FakeSocket implements ByteSocket {
  readonly texts: string[] = [];
  bytes = 0;
  mostUnsent = 0;
  unsent = 0;
  state: "open" | "finished" | "destroyed" = "open";
  /** False for a reader that never reads. */
  reads = true;
  events: ByteSocketEvents | null = null;

  send(data: string | Uint8Array): void {
    if (typeof data === "string") this.texts.push(data);
    else this.bytes += data.length;
    if (!this.reads) this.unsent += data.length;
    this.mostUnsent = Math.max(this.mostUnsent, this.unsent);
  }

  finish(): void {
    this.state = "finished";
  }

  destroy(): void {
    this.state = "destroyed";
  }

  get messages(): ServerMessage[] {
    return this.texts.map((text) => {
      const message = parseMessage(serverMessage, text);
      if (message === null) throw new Error(`no message of the protocol: ${text}`);
      return message;
    });
  }

  say(message: object | string): void {
    this.events?.message(typeof message === "string" ? message : JSON.stringify(message));
  }
}

/** The test on a clock of its own, asked as if over HTTP. */
export class FakeServer {
  readonly test: BandwidthTest;
  readonly ended: (string | null)[] = [];
  time = 1000;

  constructor(limits: Partial<BandwidthLimits> = {}) {
    this.test = new BandwidthTest({
      limits: { ...LIMITS, ...limits },
      now: () => this.time,
      onSession: (_client, _summary, failure) => this.ended.push(failure),
    });
  }

  ask(target: string, client = "192.0.2.1", { method = "GET", origin = null as string | null } = {}) {
    const request: HttpRequest = {
      method,
      target,
      client,
      header: (name) => (name === "origin" ? origin : null),
      text: () => Promise.resolve(""),
      bytes: () => Promise.resolve(new Uint8Array(0)),
      keepWaiting() {},
    };
    return this.test.answer(request);
  }

  /** Token and proof as a query. */
  ticket(client?: string): string {
    const reply = this.ask(BANDWIDTH_PATHS.challenge, client) as HttpReply;
    const { data } = challengeAnswer.parse(JSON.parse(String(reply.body)));
    return `${new URLSearchParams({ token: data.token, proof: findProof(data) })}`;
  }

  /** Status and error name of a refusal; "accepted" for a WebSocket. */
  outcome(target: string, client?: string) {
    const reply = this.ask(target, client);
    if (reply === null) return null;
    if ("exchange" in reply) return "accepted";
    const { data } = JSON.parse(String(reply.body));
    return `${reply.status} ${data.name}`;
  }

  open(client?: string, target = `${BANDWIDTH_PATHS.session}?${this.ticket(client)}`): FakeSocket {
    const reply = this.ask(target, client);
    if (reply === null || !("exchange" in reply)) throw new Error(`refused: ${JSON.stringify(reply)}`);
    const socket = new FakeSocket();
    socket.events = reply.exchange(socket);
    return socket;
  }

  /** A session with so many streams. */
  session(streams: number, client?: string) {
    const control = this.open(client);
    const [welcome] = control.messages;
    if (welcome?.op !== "welcome") throw new Error("no welcome");
    const target = `${BANDWIDTH_PATHS.stream}?id=${welcome.stream}`;
    return { control, welcome, target, streams: Array.from({ length: streams }, () => this.open(client, target)) };
  }
}

/** Waits for something that the code under test does in its own time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
