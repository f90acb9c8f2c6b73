import { getHttp } from "../../platform/http/index.ts";
import { resolveHost } from "../../platform/tcp/index.ts";
import { PeerFailure, reasonOf } from "./peer-failure.ts";
import { BANDWIDTH_PATHS, type Challenge, challengeAnswer, parseMessage, refusal } from "./protocol.ts";

const ANSWER_MILLIS = 4000;
/** Of a name with many. */
const MAX_ADDRESSES = 4;

export interface PeerAddress {
  /** Name or numeric address. */
  readonly host: string;
  readonly port: number;
}

export interface AnsweringPeer {
  /** The numeric address that answered. */
  readonly host: string;
  readonly port: number;
  readonly challenge: Challenge;
}

/**
 * Asks a peer whether it offers the test, at each of its addresses until one answers.
 * @throws PeerFailure
 */
export async function askChallenge({ host, port }: PeerAddress): Promise<AnsweringPeer> {
  const addresses = (await resolveHost(host)).slice(0, MAX_ADDRESSES);
  let failure = new PeerFailure("there is no such host");
  for (const address of addresses) {
    try {
      return { host: address, port, challenge: await challengeOf(address, port) };
    } catch (error) {
      failure = error instanceof PeerFailure ? error : new PeerFailure(reasonOf(error));
    }
  }
  throw failure;
}

async function challengeOf(host: string, port: number): Promise<Challenge> {
  const asked = getHttp(host, port, BANDWIDTH_PATHS.challenge, ANSWER_MILLIS);
  // A slow trickle keeps the connection from timing out by itself.
  const { status, body } = await withDeadline(asked, ANSWER_MILLIS, "no answer");
  if (status !== 200) throw refused(status, body);
  const answer = parseMessage(challengeAnswer, body);
  if (answer === null) throw new PeerFailure("what answers there does not offer the bandwidth test");
  return answer.data;
}

/** What a page in place of the test means. */
export function refused(status: number, body: string): PeerFailure {
  const answer = parseMessage(refusal, body);
  if (answer === null || status === 404) {
    return new PeerFailure(`what answers there does not offer the bandwidth test (HTTP ${status})`);
  }
  const { message, retryAfterSeconds } = answer.data;
  const said = message.replace(/[^\x20-\x7e]/g, "?");
  if (retryAfterSeconds === undefined) return new PeerFailure(`it refused: ${said}`);
  const again = `${said}; try again in ${Math.ceil(retryAfterSeconds)} s`;
  return new PeerFailure(`${status === 503 ? "it is busy" : "it refused"}: ${again}`, retryAfterSeconds);
}

/** @throws PeerFailure with the reason when it takes too long; what was awaited is left alone then */
export async function withDeadline<T>(promise: Promise<T>, millis: number, reason: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PeerFailure(reason)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
