const HOUR_MILLIS = 3_600_000;

/** So much in an hour, refilled evenly. Times are milliseconds of a monotonic clock. */
export class Allowance {
  private readonly most: number;
  private left: number;
  private refilledAt: number;

  constructor(perHour: number, now: number) {
    this.most = perHour;
    this.left = perHour;
    this.refilledAt = now;
  }

  available(now: number): number {
    this.left = Math.min(this.most, this.left + ((now - this.refilledAt) / HOUR_MILLIS) * this.most);
    this.refilledAt = now;
    return this.left;
  }

  /** Takes it even if that leaves less than nothing; a negative amount gives back. */
  take(amount: number, now: number): void {
    this.left = Math.min(this.most, this.available(now) - amount);
  }

  secondsUntil(amount: number, now: number): number {
    return (Math.max(0, amount - this.available(now)) / this.most) * (HOUR_MILLIS / 1000);
  }

  isFull(now: number): boolean {
    return this.available(now) >= this.most;
  }
}

const MAX_CLIENTS = 10_000;

/** One allowance for all and one for each client. */
export class SharedAllowance {
  private readonly all: Allowance;
  private readonly perClient: number;
  private readonly clients = new Map<string, Allowance>();

  constructor(perHour: number, perHourAndClient: number, now: number) {
    this.all = new Allowance(perHour, now);
    this.perClient = perHourAndClient;
  }

  available(client: string, now: number): number {
    const own = this.clients.get(client)?.available(now) ?? this.perClient;
    return Math.min(own, this.all.available(now));
  }

  take(client: string, amount: number, now: number): void {
    this.all.take(amount, now);
    this.of(client, now).take(amount, now);
  }

  secondsUntil(client: string, amount: number, now: number): number {
    const own = this.clients.get(client)?.secondsUntil(amount, now) ?? 0;
    return Math.max(own, this.all.secondsUntil(amount, now));
  }

  private of(client: string, now: number): Allowance {
    const known = this.clients.get(client);
    if (known) return known;
    if (this.clients.size >= MAX_CLIENTS) this.forget(now);
    const own = new Allowance(this.perClient, now);
    this.clients.set(client, own);
    return own;
  }

  /** Those who used nothing lately need not be remembered; if all did, the oldest goes. */
  private forget(now: number): void {
    for (const [client, own] of this.clients) if (own.isFull(now)) this.clients.delete(client);
    const [oldest] = this.clients.keys();
    if (this.clients.size >= MAX_CLIENTS && oldest !== undefined) this.clients.delete(oldest);
  }
}
