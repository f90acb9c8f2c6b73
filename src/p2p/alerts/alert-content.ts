import type { ByteReader } from "../../protocol/bytes/index.ts";
import { readText } from "../messages/index.ts";

const MAX_COMMENT = 65_536;
const MAX_TEXT = 256;
const NUMBER_SIZE = 4;

/** The greatest number of an alert: it says that the key itself is not to be trusted any more. */
const LAST_ID = 0x7fffffff;
const LAST_TEXT = "URGENT: Alert key compromised, upgrade required";

/** What a signed alert says (spec p2p.md 3.12). Times in Unix seconds, versions of the peer-to-peer protocol. */
export interface AlertContent {
  readonly id: number;
  /** Until then it is passed on to peers that it is not meant for, too. */
  readonly relayUntil: bigint;
  readonly expiration: bigint;
  /** It ends all alerts up to this number, and these. */
  readonly cancelsUpTo: number;
  readonly cancels: ReadonlySet<number>;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** User agents that it is meant for; none for all. */
  readonly userAgents: ReadonlySet<string>;
  readonly priority: number;
  /** For people to read. */
  readonly text: string;
}

/** @throws DecodeError for bytes that are no alert; bytes after it belong to later versions of it */
export function readAlertContent(reader: ByteReader): AlertContent {
  reader.i32();
  const relayUntil = reader.i64();
  const expiration = reader.i64();
  const id = reader.i32();
  const cancelsUpTo = reader.i32();
  const cancels = new Set(Array.from({ length: reader.count(NUMBER_SIZE) }, () => reader.i32()));
  const minVersion = reader.i32();
  const maxVersion = reader.i32();
  const userAgents = new Set(Array.from({ length: reader.count(1) }, () => readText(reader, reader.remaining)));
  const priority = reader.i32();
  readText(reader, MAX_COMMENT);
  const text = readText(reader, MAX_TEXT);
  readText(reader, MAX_TEXT);
  const audience = { minVersion, maxVersion, userAgents };
  return { id, relayUntil, expiration, cancelsUpTo, cancels, ...audience, priority, text };
}

/** False for one with the last number that leaves anybody in doubt: nobody could ever put it right. */
export function isSound(alert: AlertContent): boolean {
  if (alert.id !== LAST_ID) return true;
  const lasts = alert.expiration === BigInt(LAST_ID) && alert.cancelsUpTo === LAST_ID - 1;
  const forAll = alert.minVersion === 0 && alert.maxVersion === LAST_ID && alert.userAgents.size === 0;
  return lasts && forAll && alert.priority === LAST_ID && alert.text === LAST_TEXT;
}

/** True if it is meant for a program of a version with a user agent. */
export function appliesTo(alert: AlertContent, version: number, userAgent: string): boolean {
  const { minVersion, maxVersion, userAgents } = alert;
  return minVersion <= version && version <= maxVersion && (userAgents.size === 0 || userAgents.has(userAgent));
}

export function isCancelledBy({ id }: AlertContent, other: AlertContent): boolean {
  return id <= other.cancelsUpTo || other.cancels.has(id);
}
