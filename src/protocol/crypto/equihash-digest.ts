import { blake2b as nobleBlake2b } from "@noble/hashes/blake2.js";
import type { EquihashSet } from "./equihash-parameters.ts";

/** How many consecutive digests one twisted sum can span. */
const TWIST_GROUP = 16;

function hashLength(set: EquihashSet): number {
  return Math.ceil(set.n / 8);
}

function hashesPerDigest(set: EquihashSet): number {
  return Math.floor(512 / set.n);
}

function littleEndian32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The 16-byte personalisation: the label, LE32(n), LE32(k). */
export function equihashPersonal(set: EquihashSet): Uint8Array {
  const personal = new Uint8Array(16);
  personal.set(new TextEncoder().encode(set.label));
  personal.set(littleEndian32(set.n), 8);
  personal.set(littleEndian32(set.k), 12);
  return personal;
}

/** The index hashes of one input: spec/block-and-pow.md section 3.2. */
export class EquihashDigests {
  private readonly shared;
  private readonly known = new Map<number, Uint8Array>();
  private readonly set: EquihashSet;

  constructor(set: EquihashSet, input: Uint8Array) {
    this.set = set;
    const dkLen = hashLength(set) * hashesPerDigest(set);
    this.shared = nobleBlake2b.create({ dkLen, personalization: equihashPersonal(set) }).update(input);
  }

  /** D(g), which holds the hashes of the indices g*p to g*p + p - 1 one after the other. */
  digest(g: number): Uint8Array {
    let digest = this.known.get(g);
    if (!digest) {
      digest = this.set.twisted ? this.twistedSum(g) : this.plain(g);
      this.known.set(g, digest);
    }
    return digest;
  }

  /** The hash of one index, ceil(n/8) bytes. */
  indexHash(index: number): Uint8Array {
    const perDigest = hashesPerDigest(this.set);
    const start = (index % perDigest) * hashLength(this.set);
    return this.digest(Math.floor(index / perDigest)).subarray(start, start + hashLength(this.set));
  }

  private plain(g: number): Uint8Array {
    return this.shared.clone().update(littleEndian32(g)).digest();
  }

  private twistedSum(g: number): Uint8Array {
    const sums = new Uint32Array(16);
    for (let term = g - (g % TWIST_GROUP); term <= g; term++) {
      const words = new DataView(this.plain(term).buffer);
      for (let i = 0; i < 16; i++) sums[i] = (sums[i] ?? 0) + words.getUint32(4 * i, true);
    }
    const digest = new Uint8Array(64);
    const view = new DataView(digest.buffer);
    sums.forEach((sum, i) => {
      // The last byte of each 16-byte hash keeps only its upper five bits, which makes it 125 bits long.
      view.setUint32(4 * i, i % 4 === 3 ? sum & 0xf8ffffff : sum, true);
    });
    return digest;
  }
}
