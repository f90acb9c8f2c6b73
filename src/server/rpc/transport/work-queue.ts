/**
 * Bounds how many calls run and wait at once, like the daemon's worker threads and their queue (spec rpc.md section 1).
 */
export class WorkQueue {
  private readonly workers: number;
  private readonly depth: number;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /**
   * @param workers calls that may run at the same time
   * @param depth calls that may wait for one of them to end
   */
  constructor(workers: number, depth: number) {
    this.workers = workers;
    this.depth = depth;
  }

  /** Runs a task now or when it is its turn; null if too many are waiting. A task that answers at once takes no place. */
  run<T>(task: () => T | Promise<T>): T | Promise<T> | null {
    if (this.running < this.workers) return this.start(task);
    if (this.waiting.length >= this.depth) return null;
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(this.start(task));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  private start<T>(task: () => T | Promise<T>): T | Promise<T> {
    this.running++;
    let result: T | Promise<T>;
    try {
      result = task();
    } catch (error) {
      this.finish();
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.finish();
      return result;
    }
    return result.finally(() => this.finish());
  }

  private finish(): void {
    this.running--;
    this.waiting.shift()?.();
  }
}
