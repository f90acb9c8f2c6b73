import { BANDWIDTH_PATHS } from "../../../bench/index.ts";
import {
  type ByteSocketReply,
  equalSecrets,
  type HttpReply,
  type HttpRequest,
  randomSecret,
} from "../../../platform/http/index.ts";
import { apiBusy, apiData, apiError } from "../api-reply.ts";
import { clientKey } from "../client-key.ts";
import { SharedAllowance } from "./allowance.ts";
import { type ChallengeFault, Challenges } from "./challenges.ts";
import type { BandwidthLimits } from "./limits.ts";
import { type SessionSummary, TestSession } from "./test-session.ts";

export interface BandwidthTestOptions {
  readonly limits: BandwidthLimits;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  readonly onSession?: (client: string, summary: SessionSummary, failure: string | null) => void;
}

/** Less is not enough for anybody to measure with. */
const LEAST_BYTES = 1_000_000;
/** A session that nobody draws out is over by then. */
const USUAL_SECONDS = 15;
const FAULTS: Readonly<Record<ChallengeFault, string>> = {
  unknown: "this server gave no such token to this address",
  expired: "the token is too old",
  used: "the token was used already",
  unproven: "the proof does not fit the token",
};

/**
 * The bandwidth test as a part of the API. One session at a time: two would measure each other.
 * Amplification is impossible, because TCP and the token prove the client's address; the allowances bound what strangers cost.
 */
export class BandwidthTest {
  private readonly options: BandwidthTestOptions;
  private readonly now: () => number;
  private readonly challenges: Challenges;
  private readonly traffic: SharedAllowance;
  private readonly sessions: SharedAllowance;
  private current: { readonly session: TestSession; readonly client: string; readonly streamId: string } | null = null;
  private stopped = false;

  constructor(options: BandwidthTestOptions) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
    const { limits } = options;
    const now = this.now();
    this.challenges = new Challenges(limits.challengeSeconds, limits.difficultyBits);
    this.traffic = new SharedAllowance(limits.bytesPerHour, limits.bytesPerHourAndClient, now);
    this.sessions = new SharedAllowance(limits.sessionsPerHour, limits.sessionsPerHourAndClient, now);
  }

  /** Null for paths of others. */
  readonly answer = (request: HttpRequest): HttpReply | ByteSocketReply | null => {
    const [path = "", query = ""] = request.target.split("?", 2);
    const page = PAGES.get(path);
    if (page === undefined) return null;
    if (request.method !== "GET") return apiError(405, "MethodNotAllowed", "use GET");
    // Browsers name the page that a script belongs to; this is not for them.
    if (request.header("origin") !== null) return apiError(403, "Forbidden", "not from a web page");
    if (this.stopped) return apiBusy(503, "Stopping", "the node stops", USUAL_SECONDS);
    return this[page](clientKey(request.client), new URLSearchParams(query));
  };

  /** Cuts off who is there. */
  stop(): void {
    this.stopped = true;
    this.current?.session.end("the node stops");
  }

  challenge(client: string): HttpReply {
    const { challengeSeconds, difficultyBits } = this.options.limits;
    const token = this.challenges.issue(client, this.now());
    return apiData({ token, difficultyBits, expiresSeconds: challengeSeconds });
  }

  session(client: string, query: URLSearchParams): HttpReply | ByteSocketReply {
    const now = this.now();
    const token = query.get("token") ?? "";
    const fault = this.challenges.check(client, token, query.get("proof") ?? "", now);
    if (fault !== null) return apiError(403, "ChallengeRefused", FAULTS[fault]);
    const refused = this.refusal(client, now);
    if (refused) return refused;
    return {
      exchange: (control) => {
        // Somebody else may have got it since the answer was given.
        if (this.current || this.challenges.check(client, token, query.get("proof") ?? "", this.now()) !== null) {
          control.destroy();
          return { message() {}, drained() {}, closed() {} };
        }
        this.challenges.use(token, now);
        this.sessions.take(client, 1, now);
        const streamId = Buffer.from(randomSecret(16)).toString("base64url");
        const bytes = Math.floor(Math.min(this.options.limits.bytes, this.traffic.available(client, now) / 2));
        const session = new TestSession({
          streamId,
          control,
          limits: { ...this.options.limits, bytes },
          now: this.now,
          charge: (amount) => this.traffic.take(client, amount, this.now()),
          onEnd: (summary, failure) => {
            if (this.current?.streamId === streamId) this.current = null;
            this.options.onSession?.(client, summary, failure);
          },
        });
        this.current = { session, client, streamId };
        return session.control();
      },
    };
  }

  stream(client: string, query: URLSearchParams): HttpReply | ByteSocketReply {
    const { current } = this;
    const id = Buffer.from(query.get("id") ?? "");
    if (!current || current.client !== client || !equalSecrets(id, Buffer.from(current.streamId))) {
      return apiError(403, "Forbidden", "there is no such session");
    }
    const { session } = current;
    if (!session.takesStreams) return apiError(409, "TooManyStreams", "the session takes no more streams now");
    return {
      exchange: (stream) => {
        if (session.takesStreams) return session.attach(stream);
        stream.destroy();
        return { message() {}, drained() {}, closed() {} };
      },
    };
  }

  private refusal(client: string, now: number): HttpReply | null {
    if (this.current) {
      const seconds = Math.min(USUAL_SECONDS, this.current.session.secondsLeft);
      return apiBusy(503, "Busy", "another test is running", seconds);
    }
    const wait = Math.max(
      this.sessions.secondsUntil(client, 1, now),
      this.traffic.secondsUntil(client, 2 * LEAST_BYTES, now),
    );
    return wait === 0 ? null : apiBusy(429, "LimitReached", "this hour's share of tests is used up", wait);
  }
}

const PAGES: ReadonlyMap<string, "challenge" | "session" | "stream"> = new Map([
  [BANDWIDTH_PATHS.challenge, "challenge"],
  [BANDWIDTH_PATHS.session, "session"],
  [BANDWIDTH_PATHS.stream, "stream"],
]);
