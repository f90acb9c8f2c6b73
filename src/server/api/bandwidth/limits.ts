import type { SessionLimits } from "../../../bench/index.ts";

/** What strangers may do with the bandwidth test of this node. */
export interface BandwidthLimits extends SessionLimits {
  /** How long a challenge can be used. */
  readonly challengeSeconds: number;
  readonly difficultyBits: number;
  /** Test data of all clients, and of one of them, in both directions. */
  readonly bytesPerHour: number;
  readonly bytesPerHourAndClient: number;
  readonly sessionsPerHour: number;
  readonly sessionsPerHourAndClient: number;
  /** Longest session. */
  readonly sessionSeconds: number;
  /** Longest silence of a client. */
  readonly idleSeconds: number;
}

/** @param bytesPerHour what the operator gives away */
export function bandwidthLimits(bytesPerHour: number): BandwidthLimits {
  return {
    bytes: Math.floor(bytesPerHour / 4),
    milliseconds: 15_000,
    streams: 8,
    challengeSeconds: 60,
    difficultyBits: 16,
    bytesPerHour,
    bytesPerHourAndClient: bytesPerHour / 2,
    sessionsPerHour: 240,
    sessionsPerHourAndClient: 20,
    sessionSeconds: 45,
    idleSeconds: 5,
  };
}
