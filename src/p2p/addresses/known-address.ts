import type { NetAddress } from "./net-address.ts";

/** What the address book knows of one address. Times in Unix seconds, 0 for never. */
export interface KnownAddress extends NetAddress {
  readonly id: number;
  services: bigint;
  /** When somebody saw it last. */
  time: number;
  /** Who told of it first. */
  readonly source: Uint8Array;
  lastSuccess: number;
  lastTry: number;
  /** Failures since the last success. */
  attempts: number;
  /** Number of successes of the whole book when the last failure was counted. */
  lastCounted: number;
  tried: boolean;
  /** Places in the table of new addresses. */
  readonly slots: Set<number>;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const HORIZON = 30 * DAY;
const RETRIES = 3;
const MAX_FAILURES = 10;
const FAILURE_SPAN = 7 * DAY;

/** True if it is so bad that it can be forgotten. */
export function isTerrible(address: KnownAddress, now: number): boolean {
  if (address.lastTry > 0 && address.lastTry >= now - MINUTE) return false;
  if (address.time > now + 10 * MINUTE) return true;
  if (address.time === 0 || now - address.time > HORIZON) return true;
  if (address.lastSuccess === 0 && address.attempts >= RETRIES) return true;
  return now - address.lastSuccess > FAILURE_SPAN && address.attempts >= MAX_FAILURES;
}

/** Chance from 0 to 1 that it is taken once it was drawn. */
export function chanceOf({ lastTry, attempts }: KnownAddress, now: number): number {
  const recent = now - lastTry < 10 * MINUTE ? 0.01 : 1;
  return recent * 0.66 ** Math.min(attempts, 8);
}
