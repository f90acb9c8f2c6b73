import { FluxError } from "../../platform/index.ts";
import type { ShieldedJob } from "../../protocol/shielded/index.ts";
import type { ShieldedRequest, ShieldedResponse } from "./shielded-worker.ts";

/**
 * Where the worker's code lies: beside this file in a checkout; in a bundle, where this file is part of `main`, under the path
 * that it has below `src`.
 */
function workerUrl(): URL {
  const inCheckout = import.meta.url.endsWith("/chain/shielded/shielded-thread.ts");
  return new URL(inCheckout ? "./shielded-worker.ts" : "./chain/shielded/shielded-worker.js", import.meta.url);
}

interface Waiting {
  readonly resolve: (failing: number | null) => void;
  readonly reject: (error: FluxError) => void;
}

/** One worker thread that comes and goes with its work. */
export class ShieldedThread {
  readonly #idleMs: number;
  #worker: Worker | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** How many requests are not answered yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** True while the thread exists. */
  get running(): boolean {
    return this.#worker !== null;
  }

  /** Index of the first failing job; null if all pass. */
  firstFailing(jobs: readonly ShieldedJob[]): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      clearTimeout(this.#idle);
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage({ id, jobs } satisfies ShieldedRequest);
    });
  }

  #start(): Worker {
    const worker = new Worker(workerUrl());
    worker.onmessage = (event: MessageEvent<ShieldedResponse>) => this.#answer(event.data);
    worker.onerror = (event) => this.stop(event.message);
    worker.addEventListener("close", () => {
      if (this.#worker === worker) this.stop("the thread ended");
    });
    return worker;
  }

  #answer(response: ShieldedResponse): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(failure(response.error));
    else waiting?.resolve(response.failing);
    if (this.#waiting.size > 0) return;
    this.#worker?.unref();
    this.#idle = setTimeout(() => this.stop("idle"), this.#idleMs);
    this.#idle.unref();
  }

  /** Ends the thread; requests under way are rejected with `reason`. */
  stop(reason: string): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(failure(reason));
  }
}

function failure(reason: string): FluxError {
  return new FluxError("shielded-verifier", `shielded proofs could not be checked: ${reason}`, {
    kind: "not-ready",
    hint: "The block was neither accepted nor refused; it is tried again when it comes in anew.",
  });
}
