import type { Clock } from "../../src/platform/index.ts";
import { MOCK_TIME } from "../chain/recorded-set.ts";

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  private readonly start: number;
  private millis = 1_000_000;

  /** @param start Unix seconds */
  constructor(start: number = MOCK_TIME) {
    this.start = start - 1000;
  }

  now(): number {
    return this.start + Math.floor(this.millis / 1000);
  }

  monotonicMillis(): number {
    return this.millis;
  }

  advance(seconds: number): void {
    this.millis += seconds * 1000;
  }

  setMock(): void {
    throw new Error("this clock is moved by advance");
  }

  readonly mock = null;
}
