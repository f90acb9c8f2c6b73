import type { HeldConnection } from "../native/index.ts";

/** How many connections strangers may hold at once. */
export interface ConnectionLimits {
  readonly total: number;
  /** Of one client. */
  readonly perClient: number;
  /** What counts as one client, of a numeric address. */
  readonly clientOf: (address: string) => string;
  /** A connection on which nothing was asked for so long is ended, however slowly it goes on sending. */
  readonly silentSeconds: number;
}

/** The system's side of it. */
export interface Connections {
  /** All that are open. */
  list(): HeldConnection[];
  end(connection: HeldConnection): void;
}

interface Held {
  readonly client: string;
  readonly since: number;
  asked: boolean;
}

/** A list of the system is looked at once more before somebody is refused, but not more often than this. */
const FRESH_MILLIS = 20;

/**
 * Keeps a port from being filled. The oldest connections stay. The runtime's server tells of a connection with its first request
 * only, so those that ask for nothing are found by looking: one that asks is refused at once, one that is silent at the next look.
 */
export class ConnectionLimit {
  private readonly limits: ConnectionLimits;
  private readonly connections: Connections;
  private readonly now: () => number;
  /** From the oldest to the newest. */
  private readonly held = new Map<string, Held>();
  private seenAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a monotonic clock */
  constructor(limits: ConnectionLimits, connections: Connections, now: () => number = () => performance.now()) {
    this.limits = limits;
    this.connections = connections;
    this.now = now;
  }

  /** Whether a request on the connection from there is to be answered; if not, the connection has to be closed. */
  admits(host: string, port: number): boolean {
    const id = idOf(host, port);
    if (this.known(id, host).asked) return true;
    if (this.excess().has(id)) {
      // Those that were closed since the last look must not keep anybody out.
      if (this.now() - this.seenAt >= FRESH_MILLIS) this.see();
      this.known(id, host);
      if (this.excess().has(id)) return false;
    }
    this.known(id, host).asked = true;
    return true;
  }

  /** Ends what is too much. To be called again and again. */
  look(): void {
    const open = this.see();
    const excess = this.excess();
    const latest = this.now() - this.limits.silentSeconds * 1000;
    for (const [id, { asked, since }] of this.held) {
      const connection = open.get(id);
      if (connection && (excess.has(id) || (!asked && since < latest))) this.connections.end(connection);
    }
  }

  /** Forgets those that are gone, and learns of new ones. */
  private see(): Map<string, HeldConnection> {
    const open = new Map(
      this.connections.list().map((connection) => [idOf(connection.host, connection.port), connection]),
    );
    for (const id of this.held.keys()) if (!open.has(id)) this.held.delete(id);
    for (const [id, { host }] of open) this.known(id, host);
    this.seenAt = this.now();
    return open;
  }

  private known(id: string, host: string): Held {
    const known = this.held.get(id);
    if (known) return known;
    const held = { client: this.limits.clientOf(host), since: this.now(), asked: false };
    this.held.set(id, held);
    return held;
  }

  private excess(): Set<string> {
    const { total, perClient } = this.limits;
    const excess = new Set<string>();
    const counts = new Map<string, number>();
    let kept = 0;
    for (const [id, { client }] of this.held) {
      const own = counts.get(client) ?? 0;
      if (own >= perClient || kept >= total) {
        excess.add(id);
        continue;
      }
      counts.set(client, own + 1);
      kept++;
    }
    return excess;
  }
}

function idOf(host: string, port: number): string {
  return `${host.replace(/%.*$/, "")} ${port}`;
}
