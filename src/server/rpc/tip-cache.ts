import { bytesKey } from "../../protocol/bytes/index.ts";
import type { ChainReader } from "./context.ts";

/** Answers that hold until the tip changes, a few by name. Each chain has its own, so several may live in one process. */
export class TipCache<T> {
  private readonly capacity: number;
  private readonly answers = new WeakMap<object, { tip: string; values: Map<string, T> }>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The kept answer, or a new one. */
  get(reader: ChainReader, name: string, make: () => T): T {
    const tip = bytesKey(reader.tip.hash);
    let kept = this.answers.get(reader.nodes);
    if (kept?.tip !== tip) {
      kept = { tip, values: new Map() };
      this.answers.set(reader.nodes, kept);
    }
    const known = kept.values.get(name);
    if (known !== undefined) return known;
    const value = make();
    if (kept.values.size >= this.capacity) kept.values.delete(kept.values.keys().next().value as string);
    kept.values.set(name, value);
    return value;
  }
}
