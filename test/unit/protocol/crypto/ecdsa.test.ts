import { describe, expect, test } from "bun:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { concatBytes, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  ecdsaRecoverCompact,
  ecdsaRecoverCompactReference,
  ecdsaSign,
  ecdsaSignCompact,
  ecdsaSignCompactReference,
  ecdsaSignReference,
  ecdsaVerify,
  ecdsaVerifyReference,
  publicKeyCreate,
  publicKeyCreateReference,
  publicKeyDecompress,
  publicKeyDecompressReference,
  publicKeyIsValid,
  publicKeyIsValidReference,
  sha256,
} from "../../../../src/protocol/crypto/index.ts";

const ORDER = secp256k1.Point.CURVE().n;
const PRIME = secp256k1.Point.CURVE().p;

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const digest = bytes32.filter((bytes) => toNumber(bytes) < ORDER);
const secret = bytes32.filter((bytes) => toNumber(bytes) > 0n && toNumber(bytes) < ORDER);

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

/** Hybrid form: the uncompressed point with a prefix that tells the parity of y. */
function hybrid(uncompressed: Uint8Array): Uint8Array {
  const key = uncompressed.slice();
  key[0] = 6 + ((key[64] as number) & 1);
  return key;
}

function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  const index = Math.floor(at / 8) % bytes.length;
  flipped[index] = (flipped[index] as number) ^ (1 << (at % 8));
  return flipped;
}

describe("signing", () => {
  test("both implementations make the same bytes, which verify", () => {
    fc.assert(
      fc.property(digest, secret, fc.boolean(), (message, key, compressed) => {
        const signature = ecdsaSign(message, key);
        expect(toHex(signature)).toBe(toHex(ecdsaSignReference(message, key)));
        const publicKey = publicKeyCreate(key, compressed);
        expect(toHex(publicKey)).toBe(toHex(publicKeyCreateReference(key, compressed)));
        expect(ecdsaVerify(message, signature, publicKey)).toBe(true);
        expect(ecdsaVerifyReference(message, signature, publicKey)).toBe(true);

        const compact = ecdsaSignCompact(message, key, compressed);
        expect(toHex(compact)).toBe(toHex(ecdsaSignCompactReference(message, key, compressed)));
        expect(toHex(ecdsaRecoverCompact(message, compact) as Uint8Array)).toBe(toHex(publicKey));
      }),
      { numRuns: 60 },
    );
  });

  test("a known RFC 6979 signature", () => {
    const message = sha256(new TextEncoder().encode("Satoshi Nakamoto"));
    const signature =
      "3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d802202442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5";
    expect(toHex(ecdsaSign(message, toBytes32(1n)))).toBe(signature);
    expect(toHex(ecdsaSignReference(message, toBytes32(1n)))).toBe(signature);
  });

  test("refuses keys out of range and wrong lengths", () => {
    const message = new Uint8Array(32).fill(1);
    const good = new Uint8Array(32).fill(2);
    const badKeys = [
      new Uint8Array(32),
      toBytes32(ORDER),
      toBytes32(ORDER + 1n),
      good.slice(1),
      concatBytes(good, good),
    ];
    for (const key of badKeys) {
      for (const sign of [ecdsaSign, ecdsaSignReference]) expect(() => sign(message, key)).toThrow(RangeError);
      for (const sign of [ecdsaSignCompact, ecdsaSignCompactReference]) {
        expect(() => sign(message, key, true)).toThrow(RangeError);
      }
      for (const create of [publicKeyCreate, publicKeyCreateReference]) {
        expect(() => create(key, true)).toThrow(RangeError);
      }
    }
    for (const sign of [ecdsaSign, ecdsaSignReference]) {
      expect(() => sign(message.slice(1), good)).toThrow(RangeError);
    }
    expect(ecdsaSign(message, toBytes32(ORDER - 1n)).length).toBeGreaterThan(60);
  });
});

describe("verifying", () => {
  test("both implementations agree on signatures with one bit changed anywhere", () => {
    const changed = fc.constantFrom("digest", "signature", "key");
    fc.assert(
      fc.property(digest, secret, fc.boolean(), changed, fc.nat(), (message, key, compressed, what, bit) => {
        const publicKey = publicKeyCreate(key, compressed);
        const signature = ecdsaSign(message, key);
        const args = [
          what === "digest" ? flipBit(message, bit) : message,
          what === "signature" ? flipBit(signature, bit) : signature,
          what === "key" ? flipBit(publicKey, bit) : publicKey,
        ] as const;
        expect(ecdsaVerify(...args)).toBe(ecdsaVerifyReference(...args));
      }),
      { numRuns: 120 },
    );
  });

  test("both implementations agree on bytes of any kind", () => {
    const anything = fc.uint8Array({ maxLength: 80 });
    const almostDer = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 34 }), fc.uint8Array({ minLength: 1, maxLength: 34 }))
      .map(([r, s]) => {
        const body = concatBytes(Uint8Array.of(2, r.length), r, Uint8Array.of(2, s.length), s);
        return concatBytes(Uint8Array.of(0x30, body.length), body);
      });
    const publicKey = publicKeyCreate(new Uint8Array(32).fill(3), true);
    fc.assert(
      fc.property(anything, fc.oneof(anything, almostDer), fc.oneof(anything, fc.constant(publicKey)), (a, b, c) => {
        expect(ecdsaVerify(a, b, c)).toBe(ecdsaVerifyReference(a, b, c));
        const message = new Uint8Array(32).fill(9);
        expect(ecdsaVerify(message, b, c)).toBe(ecdsaVerifyReference(message, b, c));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["native", ecdsaVerify],
    ["reference", ecdsaVerifyReference],
  ] as const)("high s, every form of key and the edge of r (%s)", (_, verify) => {
    const message = sha256(Uint8Array.of(1, 2, 3));
    const key = toBytes32(0xabcdefn);
    const low = secp256k1.Signature.fromBytes(ecdsaSignReference(message, key), "der");
    const high = new secp256k1.Signature(low.r, ORDER - low.s).toBytes("der");
    const compressed = publicKeyCreate(key, true);
    const uncompressed = publicKeyCreate(key, false);
    for (const form of [compressed, uncompressed, hybrid(uncompressed)]) {
      expect(verify(message, high, form)).toBe(true);
      expect(verify(message, low.toBytes("der"), form)).toBe(true);
    }
    const wrongParity = hybrid(uncompressed);
    wrongParity[0] = (wrongParity[0] as number) ^ 1;
    expect(verify(message, high, wrongParity)).toBe(false);
    expect(verify(message, new Uint8Array(0), compressed)).toBe(false);
    expect(verify(message, high, new Uint8Array(0))).toBe(false);
  });

  test("an r that stands for an x coordinate beyond the group order", () => {
    // Public key Q = (s R - m G) / r makes any chosen R the point of the signature; take R with n < x < p.
    let x = ORDER + 1n;
    for (; ; x++) {
      if (publicKeyIsValidReference(concatBytes(Uint8Array.of(2), toBytes32(x)))) break;
    }
    expect(x).toBeLessThan(PRIME);
    const point = secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(2), toBytes32(x)));
    const r = x - ORDER;
    const s = 12345n;
    const message = sha256(Uint8Array.of(7));
    const Fn = secp256k1.Point.Fn;
    const m = Fn.create(toNumber(message));
    const inverse = Fn.inv(r);
    const publicKey = point
      .multiply(Fn.mul(s, inverse))
      .add(secp256k1.Point.BASE.multiply(Fn.mul(Fn.neg(m), inverse)))
      .toBytes(true);
    const signature = new secp256k1.Signature(r, s).toBytes("der");
    expect(ecdsaVerify(message, signature, publicKey)).toBe(true);
    expect(ecdsaVerifyReference(message, signature, publicKey)).toBe(true);

    // The same point is what recovery ids 2 and 3 are for.
    const compact = concatBytes(Uint8Array.of(27 + 4 + 2), toBytes32(r), toBytes32(s));
    expect(toHex(ecdsaRecoverCompact(message, compact) as Uint8Array)).toBe(toHex(publicKey));
    expect(toHex(ecdsaRecoverCompactReference(message, compact) as Uint8Array)).toBe(toHex(publicKey));
  });
});

describe("recovering", () => {
  test("every header byte: only its value modulo 8 counts", () => {
    const message = sha256(Uint8Array.of(5));
    const key = toBytes32(77n);
    const compact = ecdsaSignCompact(message, key, true);
    const kinds = new Set<string>();
    for (let header = 0; header < 256; header++) {
      compact[0] = header;
      const recovered = ecdsaRecoverCompact(message, compact);
      expect(recovered && toHex(recovered)).toBe(
        ((reference) => reference && toHex(reference))(ecdsaRecoverCompactReference(message, compact)),
      );
      compact[0] = 27 + ((((header - 27) % 8) + 8) % 8);
      const normal = ecdsaRecoverCompact(message, compact);
      expect(recovered && toHex(recovered)).toBe(normal && toHex(normal));
      kinds.add(recovered ? `${recovered.length}` : "none");
    }
    expect([...kinds].sort()).toEqual(["33", "65", "none"]);
  });

  test("both implementations agree on random and edge signatures", () => {
    const number = fc.oneof(
      bytes32,
      fc.constantFrom(0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, PRIME - ORDER, PRIME - ORDER - 1n).map(toBytes32),
    );
    fc.assert(
      fc.property(bytes32, fc.nat(255), number, number, (message, header, r, s) => {
        const compact = concatBytes(Uint8Array.of(header), r, s);
        const native = ecdsaRecoverCompact(message, compact);
        const reference = ecdsaRecoverCompactReference(message, compact);
        expect(native && toHex(native)).toBe(reference && toHex(reference));
      }),
      { numRuns: 200 },
    );
  });

  test("wrong lengths give nothing", () => {
    const compact = ecdsaSignCompact(new Uint8Array(32).fill(1), new Uint8Array(32).fill(1), true);
    for (const recover of [ecdsaRecoverCompact, ecdsaRecoverCompactReference]) {
      expect(recover(new Uint8Array(32), compact.slice(1))).toBeNull();
      expect(recover(new Uint8Array(31), compact)).toBeNull();
      expect(recover(new Uint8Array(32), new Uint8Array(0))).toBeNull();
    }
  });
});

describe("public keys", () => {
  test("both implementations agree on validity and on the long form", () => {
    const prefixed = fc
      .tuple(
        fc.constantFrom(0, 2, 3, 4, 5, 6, 7),
        fc.constantFrom(32, 33, 64),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
      )
      .map(([prefix, length, body]) => concatBytes(Uint8Array.of(prefix), body.subarray(0, length)));
    const real = fc.tuple(secret, fc.constantFrom("compressed", "uncompressed", "hybrid")).map(([key, form]) => {
      const publicKey = publicKeyCreate(key, form === "compressed");
      return form === "hybrid" ? hybrid(publicKey) : publicKey;
    });
    fc.assert(
      fc.property(fc.oneof(prefixed, real, fc.uint8Array({ maxLength: 70 })), (key) => {
        expect(publicKeyIsValid(key)).toBe(publicKeyIsValidReference(key));
        const long = publicKeyDecompress(key);
        const reference = publicKeyDecompressReference(key);
        expect(long && toHex(long)).toBe(reference && toHex(reference));
        expect(long !== null).toBe(publicKeyIsValid(key));
        if (long) expect([long.length, long[0]]).toEqual([65, 4]);
      }),
      { numRuns: 300 },
    );
  });

  test("a coordinate beyond the field is refused", () => {
    const x = concatBytes(Uint8Array.of(2), toBytes32(PRIME + 1n));
    expect(publicKeyIsValidReference(concatBytes(Uint8Array.of(2), toBytes32(1n)))).toBe(true);
    expect(publicKeyIsValid(x)).toBe(false);
    expect(publicKeyIsValidReference(x)).toBe(false);
  });
});

test("arguments that are not bytes are refused", () => {
  const bytes = new Uint8Array(32);
  const bad: unknown[] = [undefined, null, "00", 5, [1, 2], new Uint16Array(16), new ArrayBuffer(32)];
  for (const value of bad) {
    expect(() => ecdsaVerify(value as Uint8Array, bytes, bytes)).toThrow(TypeError);
    expect(() => ecdsaRecoverCompact(bytes, value as Uint8Array)).toThrow(TypeError);
  }
});
