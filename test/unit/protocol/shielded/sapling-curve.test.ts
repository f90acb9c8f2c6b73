import { describe, expect, test } from "bun:test";
import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { concatBytes, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  CURVE_D,
  decodeFieldElement,
  decodePoint,
  FIELD_ORDER,
  findGenerator,
  JubjubPoint,
  SUBGROUP_ORDER,
} from "../../../../src/protocol/shielded/jubjub.ts";
import { readLittleEndian, writeLittleEndian32 } from "../../../../src/protocol/shielded/little-endian.ts";
import { type PedersenSum, pedersenDigest, pedersenSum } from "../../../../src/protocol/shielded/pedersen-hash.ts";
import {
  SPEND_AUTH_BASE,
  VALUE_BASE,
  VALUE_RANDOMNESS_BASE,
} from "../../../../src/protocol/shielded/proofs/generators.ts";
import { verifyRedJubjub } from "../../../../src/protocol/shielded/proofs/redjubjub.ts";
import { flipBit, readTable } from "./vectors.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const NO_BYTES = new Uint8Array(0);
const NEUTRAL_SUM: PedersenSum = { x: 0n, y: 1n, z: 1n, t: 0n };

function pedersenSegmentBase(segment: number): JubjubPoint {
  return findGenerator(Uint8Array.of(segment, 0, 0, 0), "Zcash_PH");
}

/** The definition of the Pedersen hash, bit by bit and without tables. */
function slowPedersen(bits: readonly boolean[]): JubjubPoint {
  let sum = JubjubPoint.ZERO;
  for (let segment = 0; 189 * segment < bits.length; segment++) {
    let scalar = 0n;
    const part = bits.slice(189 * segment, 189 * (segment + 1));
    for (let i = 0; i < part.length; i += 3) {
      const magnitude = 1n + (part[i] ? 1n : 0n) + (part[i + 1] ? 2n : 0n);
      scalar += (part[i + 2] ? -magnitude : magnitude) << BigInt(4 * (i / 3));
    }
    const reduced = ((scalar % SUBGROUP_ORDER) + SUBGROUP_ORDER) % SUBGROUP_ORDER;
    sum = sum.add(pedersenSegmentBase(segment).multiplyUnsafe(reduced));
  }
  return sum;
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) if (bit) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  return bytes;
}

/** A point of order 8: the cofactor part of some point of the whole curve. */
function pointOfOrder8(): JubjubPoint {
  for (let y = 2n; ; y++) {
    const point = decodePoint(writeLittleEndian32(y));
    if (point === null) continue;
    const torsion = point.multiplyUnsafe(SUBGROUP_ORDER - 1n).add(point);
    if (!torsion.double().double().is0()) return torsion;
  }
}

describe("generators", () => {
  test("equal the published ones", () => {
    const [row] = readTable("sapling_generators.json");
    expect(toHex(SPEND_AUTH_BASE.toBytes())).toBe(row?.skb as string);
    expect(toHex(findGenerator(NO_BYTES, "Zcash_H_").toBytes())).toBe(row?.pkb as string);
    expect(toHex(findGenerator(NO_BYTES, "Zcash_J_").toBytes())).toBe(row?.npb as string);
    expect(toHex(findGenerator(ascii("r"), "Zcash_PH").toBytes())).toBe(row?.wprb as string);
    expect(toHex(VALUE_BASE.toBytes())).toBe(row?.vcvb as string);
    expect(toHex(VALUE_RANDOMNESS_BASE.toBytes())).toBe(row?.vcrb as string);
    for (const segment of [0, 1, 2, 3]) {
      expect(toHex(pedersenSegmentBase(segment).toBytes())).toBe(row?.[`pb${segment}`] as string);
    }
  });
});

describe("points", () => {
  test("decode what they encode to, for every sign", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, SUBGROUP_ORDER - 1n), fc.boolean(), (scalar, negative) => {
        const multiple = SPEND_AUTH_BASE.multiplyUnsafe(scalar);
        const point = negative ? multiple.negate() : multiple;
        expect(decodePoint(point.toBytes())?.equals(point)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("a decoded point is on the curve; half of all encodings are none", () => {
    let decoded = 0;
    for (let y = 0n; y < 100n; y++) {
      const point = decodePoint(writeLittleEndian32(y));
      if (point === null) continue;
      decoded++;
      const { x, y: sameY } = point.toAffine();
      expect(sameY).toBe(y);
      const [xx, yy] = [x * x, y * y];
      expect((yy - xx - 1n - CURVE_D * xx * yy) % FIELD_ORDER).toBe(0n);
    }
    expect(decoded).toBeGreaterThan(30);
    expect(decoded).toBeLessThan(70);
  });

  test("an encoding of y that is not below the field order is refused", () => {
    expect(decodePoint(writeLittleEndian32(1n))).not.toBeNull();
    expect(decodePoint(writeLittleEndian32(FIELD_ORDER + 1n))).toBeNull();
    expect(decodePoint(writeLittleEndian32(FIELD_ORDER))).toBeNull();
    expect(decodePoint(new Uint8Array(32).fill(0xff))).toBeNull();
    expect(decodePoint(new Uint8Array(31))).toBeNull();
  });

  test("the sign bit is ignored where x is 0", () => {
    for (const y of [1n, FIELD_ORDER - 1n]) {
      const bytes = writeLittleEndian32(y);
      expect(decodePoint(bytes)?.toAffine()).toEqual({ x: 0n, y });
      expect(decodePoint(flipBit(bytes, 255))?.toAffine()).toEqual({ x: 0n, y });
    }
  });

  test("field elements are below the order", () => {
    expect(decodeFieldElement(writeLittleEndian32(FIELD_ORDER - 1n))).toBe(FIELD_ORDER - 1n);
    expect(decodeFieldElement(writeLittleEndian32(FIELD_ORDER))).toBeNull();
    expect(decodeFieldElement(new Uint8Array(33))).toBeNull();
  });
});

describe("Pedersen hash", () => {
  test("the tables give what the definition gives, for every length up to five segments' start", () => {
    const length = fc.nat(4 * 189 + 10);
    fc.assert(
      fc.property(length, fc.infiniteStream(fc.boolean()), (count, stream) => {
        const bits = [...stream.take(count)];
        const { x } = slowPedersen(bits).toAffine();
        expect(readLittleEndian(pedersenDigest(pedersenSum(packBits(bits), count), NEUTRAL_SUM))).toBe(x);
      }),
      { numRuns: 60 },
    );
  });

  test("a message may be cut at any multiple of nine bits", () => {
    const bits = Array.from({ length: 400 }, (_, i) => (i * i) % 7 < 3);
    const whole = pedersenDigest(pedersenSum(packBits(bits), 400), NEUTRAL_SUM);
    for (const cut of [9, 189, 198, 387]) {
      const first = pedersenSum(packBits(bits.slice(0, cut)), cut);
      const second = pedersenSum(packBits(bits.slice(cut)), 400 - cut, cut / 3);
      expect(pedersenDigest(first, second)).toEqual(whole);
    }
  });
});

describe("RedJubjub", () => {
  const rows = readTable("sapling_signatures.json").map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, fromHex(value as string)])),
  ) as Record<"sk" | "vk" | "alpha" | "rsk" | "rvk" | "m" | "sig" | "rsig", Uint8Array>[];

  /** R, S with a chosen nonce, so that a signature can be made for a key with a small-order part. */
  function sign(secret: bigint, message: Uint8Array, nonce: bigint, torsion: JubjubPoint): Uint8Array {
    const r = SPEND_AUTH_BASE.multiplyUnsafe(nonce).add(torsion).toBytes();
    const digest = blake2b(concatBytes(r, message), { dkLen: 64, personalization: ascii("Zcash_RedJubjubH") });
    return concatBytes(r, writeLittleEndian32((nonce + readLittleEndian(digest) * secret) % SUBGROUP_ORDER));
  }

  test("keys and signatures of the public vectors", () => {
    expect(rows.length).toBe(10);
    for (const { sk, vk, alpha, rsk, rvk, m: text, sig, rsig } of rows) {
      // The vectors hash the key into the challenge; Sapling's callers put it in front of the message, which is the same.
      const m = concatBytes(vk, text);
      const key = SPEND_AUTH_BASE.multiplyUnsafe(readLittleEndian(sk));
      expect(key.toBytes()).toEqual(vk);
      expect((readLittleEndian(sk) + readLittleEndian(alpha)) % SUBGROUP_ORDER).toBe(readLittleEndian(rsk));
      const randomized = key.add(SPEND_AUTH_BASE.multiplyUnsafe(readLittleEndian(alpha)));
      expect(randomized.toBytes()).toEqual(rvk);
      expect(verifyRedJubjub(key, SPEND_AUTH_BASE, m, sig)).toBe(true);
      expect(verifyRedJubjub(randomized, SPEND_AUTH_BASE, concatBytes(rvk, text), rsig)).toBe(true);
      expect(verifyRedJubjub(randomized, SPEND_AUTH_BASE, m, sig)).toBe(false);
      expect(verifyRedJubjub(key, VALUE_RANDOMNESS_BASE, m, sig)).toBe(false);
      expect(verifyRedJubjub(key.negate(), SPEND_AUTH_BASE, m, sig)).toBe(false);
      for (const bit of [0, 200, 255, 256, 300, 511]) {
        expect(verifyRedJubjub(key, SPEND_AUTH_BASE, m, flipBit(sig, bit))).toBe(false);
      }
      expect(verifyRedJubjub(key, SPEND_AUTH_BASE, flipBit(m, 9), sig)).toBe(false);
      expect(verifyRedJubjub(key, SPEND_AUTH_BASE, m, sig.subarray(1))).toBe(false);
    }
  });

  test("S plus the subgroup order is refused", () => {
    const [{ vk, m: text, sig }] = rows as [(typeof rows)[0]];
    const m = concatBytes(vk, text);
    const s = readLittleEndian(sig.subarray(32)) + SUBGROUP_ORDER;
    const longer = concatBytes(sig.subarray(0, 32), writeLittleEndian32(s));
    const key = decodePoint(vk) as JubjubPoint;
    expect(verifyRedJubjub(key, SPEND_AUTH_BASE, m, sig)).toBe(true);
    expect(verifyRedJubjub(key, SPEND_AUTH_BASE, m, longer)).toBe(false);
  });

  test("small-order parts of the key and of R do not matter, as in the reference", () => {
    const torsion = pointOfOrder8();
    expect(torsion.isSmallOrder()).toBe(true);
    const message = ascii("message");
    const secret = 123456789n;
    const key = SPEND_AUTH_BASE.multiplyUnsafe(secret);
    const signature = sign(secret, message, 987654321n, JubjubPoint.ZERO);
    expect(verifyRedJubjub(key, SPEND_AUTH_BASE, message, signature)).toBe(true);
    expect(verifyRedJubjub(key.add(torsion), SPEND_AUTH_BASE, message, signature)).toBe(true);
    expect(verifyRedJubjub(key, SPEND_AUTH_BASE, message, sign(secret, message, 5n, torsion))).toBe(true);
  });

  test("R at the neutral point counts in both of its encodings, each with its own challenge", () => {
    const message = ascii("neutral");
    const secret = 42n;
    const key = SPEND_AUTH_BASE.multiplyUnsafe(secret);
    for (const r of [writeLittleEndian32(1n), flipBit(writeLittleEndian32(1n), 255)]) {
      const digest = blake2b(concatBytes(r, message), { dkLen: 64, personalization: ascii("Zcash_RedJubjubH") });
      const s = writeLittleEndian32((readLittleEndian(digest) * secret) % SUBGROUP_ORDER);
      expect(verifyRedJubjub(key, SPEND_AUTH_BASE, message, concatBytes(r, s))).toBe(true);
    }
  });
});

describe("keys and notes", () => {
  // Sapling payments are not made here, but their published values reach every primitive above.
  const proofBase = findGenerator(NO_BYTES, "Zcash_H_");
  const noteRandomnessBase = findGenerator(ascii("r"), "Zcash_PH");
  const positionBase = findGenerator(NO_BYTES, "Zcash_J_");
  const expand = (sk: Uint8Array, tag: number) =>
    blake2b(concatBytes(sk, Uint8Array.of(tag)), { dkLen: 64, personalization: ascii("Zcash_ExpandSeed") });
  const scalar = (bytes: Uint8Array) => readLittleEndian(bytes) % SUBGROUP_ORDER;

  function diversifiedBase(diversifier: Uint8Array): JubjubPoint {
    const digest = blake2s(
      concatBytes(ascii("096b36a5804bfacef1691e173c366a47ff5ba84a44f26ddd7e8d9f79d5b42df0"), diversifier),
      {
        personalization: ascii("Zcash_gd"),
      },
    );
    return (decodePoint(digest) as JubjubPoint).clearCofactor();
  }

  function derive(
    sk: Uint8Array,
    diversifier: Uint8Array,
    value: bigint,
    rcm: Uint8Array,
    position: bigint,
  ): Record<string, Uint8Array> {
    const ask = scalar(expand(sk, 0));
    const nsk = scalar(expand(sk, 1));
    const ak = SPEND_AUTH_BASE.multiplyUnsafe(ask).toBytes();
    const nk = proofBase.multiplyUnsafe(nsk).toBytes();
    const ivk = blake2s(concatBytes(ak, nk), { personalization: ascii("Zcashivk") });
    ivk[31] = (ivk[31] as number) & 7;
    const base = diversifiedBase(diversifier);
    const payTo = base.multiplyUnsafe(readLittleEndian(ivk)).toBytes();
    const valueBytes = new Uint8Array(8);
    new DataView(valueBytes.buffer).setBigUint64(0, value, true);
    const bits = [...concatBytes(valueBytes, base.toBytes(), payTo)].flatMap((byte) =>
      Array.from({ length: 8 }, (_, i) => ((byte >> i) & 1) === 1),
    );
    const note = [true, true, true, true, true, true, ...bits];
    const blinding = noteRandomnessBase.multiplyUnsafe(readLittleEndian(rcm));
    const { x, y } = blinding.toAffine();
    const cmu = pedersenDigest(pedersenSum(packBits(note), note.length), { x, y, z: 1n, t: (x * y) % FIELD_ORDER });
    const rho = slowPedersen(note).add(blinding).add(positionBase.multiplyUnsafe(position)).toBytes();
    const nf = blake2s(concatBytes(nk, rho), { personalization: ascii("Zcash_nf") });
    return {
      ask: writeLittleEndian32(ask),
      nsk: writeLittleEndian32(nsk),
      ovk: expand(sk, 2).slice(0, 32),
      ak,
      nk,
      ivk,
      payTo,
      cmu,
      nf,
    };
  }

  test.each([
    ["sapling_key_components.json", (hex: string) => fromHex(hex), "note_cmu"],
    ["sapling_key_components_flux.json", (hex: string) => fromHex(hex).reverse(), "note_cm"],
  ] as const)("rederives %s", (file, wire, commitment) => {
    const rows = readTable(file);
    expect(rows.length).toBe(10);
    for (const row of rows) {
      const column = (name: string) => wire(row[name] as string);
      // The diversifier is the one column that neither file reverses.
      const diversifier = fromHex(row.default_d as string);
      const keys = derive(
        column("sk"),
        diversifier,
        BigInt(row.note_v as string),
        column("note_r"),
        BigInt(row.note_pos as string),
      );
      expect(keys.ask as Uint8Array).toEqual(column("ask"));
      expect(keys.nsk as Uint8Array).toEqual(column("nsk"));
      expect(keys.ovk as Uint8Array).toEqual(column("ovk"));
      expect(keys.ak as Uint8Array).toEqual(column("ak"));
      expect(keys.nk as Uint8Array).toEqual(column("nk"));
      expect(keys.ivk as Uint8Array).toEqual(column("ivk"));
      expect(keys.payTo as Uint8Array).toEqual(column("default_pk_d"));
      expect(keys.cmu as Uint8Array).toEqual(column(commitment));
      expect(keys.nf as Uint8Array).toEqual(column("note_nf"));
    }
  });

  test("key agreement of the note encryption vectors", () => {
    const rows = readTable("sapling_note_encryption.json");
    expect(rows.length).toBe(10);
    for (const row of rows) {
      const base = diversifiedBase(fromHex(row.default_d as string));
      const esk = readLittleEndian(fromHex(row.esk as string));
      expect(toHex(base.multiplyUnsafe(esk).toBytes())).toBe(row.epk as string);
      const epk = decodePoint(fromHex(row.epk as string)) as JubjubPoint;
      const ivk = readLittleEndian(fromHex(row.ivk as string));
      expect(toHex(epk.clearCofactor().multiplyUnsafe(ivk).toBytes())).toBe(row.shared_secret as string);
    }
  });
});
