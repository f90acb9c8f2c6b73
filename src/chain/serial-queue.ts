/** Runs tasks one after the other in the order in which they were asked for; a failed one does not stop the next. */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private unfinished = 0;

  /** True if nothing runs and nothing waits. */
  get idle(): boolean {
    return this.unfinished === 0;
  }

  run<T>(task: () => T | Promise<T>): Promise<T> {
    this.unfinished++;
    const result = this.tail.then(task);
    const end = () => {
      this.unfinished--;
    };
    this.tail = result.then(end, end);
    return result;
  }
}
