/** The wall clock as the chain sees it. */
export interface Clock {
  /** Unix time in whole seconds: the mock time if one is set, else the time of the machine. */
  now(): number;
  /** Milliseconds that only ever grow; for durations, not affected by the mock time. */
  monotonicMillis(): number;
  /** Fixes `now()` to a Unix time in seconds; null lets it run again. */
  setMock(unixSeconds: number | null): void;
  /** The mock time, null if the clock runs. */
  readonly mock: number | null;
}

/**
 * A clock that starts running, or fixed at `mock` (Unix seconds). Whoever offers the mock to users has to refuse it on the
 * main network (the reference daemon allows it on regtest only).
 */
export function createClock(mock: number | null = null): Clock {
  let fixed: number | null = null;
  const clock: Clock = {
    now: () => fixed ?? Math.floor(Date.now() / 1000),
    monotonicMillis: () => performance.now(),
    setMock(unixSeconds) {
      if (unixSeconds !== null && !(Number.isSafeInteger(unixSeconds) && unixSeconds >= 0)) {
        throw new RangeError(`not a Unix time in seconds: ${unixSeconds}`);
      }
      fixed = unixSeconds;
    },
    get mock() {
      return fixed;
    },
  };
  clock.setMock(mock);
  return clock;
}
