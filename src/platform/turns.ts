/** Resolves after everything that waits to be done now had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a piece of work says where it can be left alone for a while: "turn" before something that takes long. */
export type Step = "step" | "turn";

/** Somebody who waits for an answer does not feel so much, and turns cost little beside it. */
const TURN_MILLIS = 5;

/**
 * Keeps a chain of tasks from having the thread for itself: tasks that follow each other without waiting for anything outside would
 * otherwise keep every connection waiting until the last one is done.
 */
export class TurnTaker {
  private since = performance.now();

  /** Waits for a turn if enough was done since the last one. */
  async rest(): Promise<void> {
    if (performance.now() - this.since >= TURN_MILLIS) await this.turn();
  }

  async turn(): Promise<void> {
    await nextTurn();
    this.since = performance.now();
  }

  /** Does a piece of work; everything else has its turn before a long step and whenever enough was done. */
  async work(steps: Iterable<Step>): Promise<void> {
    for (const step of steps) {
      if (step === "turn") await this.turn();
      else if (performance.now() - this.since >= TURN_MILLIS) await this.turn();
    }
  }
}

/** Does a piece of work from its first step to its last. */
export function atOnce(steps: Iterable<Step>): void {
  for (const _ of steps);
}
