/** Draws a number from 0 up to but not including `limit`, all equally likely. */
export type RandomBelow = (limit: number) => number;

const WORD = 2 ** 32;

/** The machine's cryptographic source: nobody outside can foresee who is evicted. */
export const randomBelow: RandomBelow = (limit) => {
  const range = WORD * 2 ** 21;
  const fair = range - (range % limit);
  const words = new Uint32Array(2);
  for (;;) {
    crypto.getRandomValues(words);
    const drawn = (words[0] as number) + ((words[1] as number) >>> 11) * WORD;
    if (drawn < fair) return drawn % limit;
  }
};

const FIRST_CAPACITY = 64;

/** Keys with whole-number weights, one of which can be drawn with probability proportional to its weight. All takes logarithmic time. */
export class Lottery {
  private readonly keys: string[] = [];
  private readonly weights: number[] = [];
  private readonly places = new Map<string, number>();
  /** Binary indexed tree over `weights`; position 0 is not used. */
  private sums = new Float64Array(FIRST_CAPACITY + 1);
  private sum = 0;

  /** Sum of all weights. */
  get total(): number {
    return this.sum;
  }

  /** Adds a key that is not there. */
  add(key: string, weight: number): void {
    const place = this.keys.length;
    this.places.set(key, place);
    this.keys.push(key);
    this.weights.push(0);
    if (place + 1 >= this.sums.length) this.grow();
    this.setWeight(place, weight);
  }

  remove(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    const last = this.keys.length - 1;
    const lastKey = this.keys[last] as string;
    const lastWeight = this.weights[last] as number;
    this.setWeight(last, 0);
    if (place !== last) {
      this.setWeight(place, lastWeight);
      this.keys[place] = lastKey;
      this.places.set(lastKey, place);
    }
    this.keys.pop();
    this.weights.pop();
    this.places.delete(key);
  }

  /** The key that a ticket from 0 up to but not including {@link total} draws. */
  at(ticket: number): string {
    let place = 0;
    let rest = ticket;
    for (let step = (this.sums.length - 1) >>> 0; step > 0; step >>>= 1) {
      const next = place + step;
      if (next < this.sums.length && (this.sums[next] as number) <= rest) {
        place = next;
        rest -= this.sums[next] as number;
      }
    }
    return this.keys[place] as string;
  }

  private setWeight(place: number, weight: number): void {
    const change = weight - (this.weights[place] as number);
    this.weights[place] = weight;
    this.sum += change;
    for (let i = place + 1; i < this.sums.length; i += i & -i) this.sums[i] = (this.sums[i] as number) + change;
  }

  /** Doubles the tree. Its size stays a power of two, which {@link at} relies on. */
  private grow(): void {
    this.sums = new Float64Array((this.sums.length - 1) * 2 + 1);
    for (let i = 1; i < this.sums.length; i++) {
      this.sums[i] = (this.sums[i] as number) + (this.weights[i - 1] ?? 0);
      const parent = i + (i & -i);
      if (parent < this.sums.length) this.sums[parent] = (this.sums[parent] as number) + (this.sums[i] as number);
    }
  }
}
