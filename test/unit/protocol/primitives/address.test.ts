import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  decodeAddress,
  decodeSaplingAddress,
  decodeWif,
  encodeAddress,
  encodeSaplingAddress,
  encodeWif,
  isValidSecret,
} from "../../../../src/protocol/primitives/index.ts";
import { addressOf, scriptForDestination } from "../../../../src/protocol/script/index.ts";
import { knownNetwork } from "../script/networks.ts";
import { readVectors } from "../script/vectors.ts";

type ValidRow = [string, string, { isPrivkey: boolean; chain: "mainnet" | "testnet"; isCompressed?: boolean }];

const MAIN = knownNetwork("main").base58;
const TEST = knownNetwork("test").base58;
const VALID = readVectors<ValidRow[]>("base58_keys_valid.json");
const prefixesOf = (row: ValidRow) => (row[2].chain === "mainnet" ? MAIN : TEST);
const otherPrefixesOf = (row: ValidRow) => (row[2].chain === "mainnet" ? TEST : MAIN);

describe("transparent addresses", () => {
  const rows = VALID.filter((row) => !row[2].isPrivkey);

  test("every valid one decodes to its script and encodes to itself, on its network only", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const destination = decodeAddress(row[0], prefixesOf(row));
      if (!destination) throw new Error(`${row[0]} does not decode`);
      expect(toHex(scriptForDestination(destination))).toBe(row[1]);
      expect(encodeAddress(destination, prefixesOf(row))).toBe(row[0]);
      expect(addressOf(fromHex(row[1]), prefixesOf(row))).toBe(row[0]);
      expect(decodeAddress(row[0], otherPrefixesOf(row))).toBeNull();
      expect(decodeWif(row[0], prefixesOf(row))).toBeNull();
    }
  });

  test("main-network addresses belong to their scripts", () => {
    const { items } = readVectors<{ items: { address: string; script: string }[] }>("mainnet-addresses.json");
    expect(items.length).toBe(54);
    for (const { address, script } of items) expect(addressOf(fromHex(script), MAIN)).toBe(address);
  });

  test("white space around an address is ignored, as by the daemon", () => {
    const [address] = rows[0] as ValidRow;
    expect(decodeAddress(` \t${address}\r\n`, MAIN)).toEqual(decodeAddress(address, MAIN));
    expect(decodeAddress(`${address} x`, MAIN)).toBeNull();
    expect(decodeAddress(`${address.slice(0, 9)} ${address.slice(9)}`, MAIN)).toBeNull();
  });

  test("a changed character is noticed", () => {
    const [address] = rows[0] as ValidRow;
    const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    fc.assert(
      fc.property(fc.nat(address.length - 1), fc.nat(57), (at, digit) => {
        const changed = address.slice(0, at) + digits[digit] + address.slice(at + 1);
        if (changed !== address) expect(decodeAddress(changed, MAIN)).toBeNull();
      }),
    );
  });
});

describe("private keys in wallet import format", () => {
  const rows = VALID.filter((row) => row[2].isPrivkey);

  test("every valid one decodes and encodes to itself, on its network only", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const key = decodeWif(row[0], prefixesOf(row));
      if (!key) throw new Error(`${row[0]} does not decode`);
      expect({ secret: toHex(key.secret), compressed: key.compressed }).toEqual({
        secret: row[1],
        compressed: row[2].isCompressed as boolean,
      });
      expect(encodeWif(key, prefixesOf(row))).toBe(row[0]);
      expect(decodeWif(row[0], otherPrefixesOf(row))).toBeNull();
      expect(decodeAddress(row[0], prefixesOf(row))).toBeNull();
    }
  });

  test("a secret that is zero or not below the group order is no key", () => {
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const last = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
    expect(isValidSecret(fromHex(last))).toBe(true);
    for (const bad of [order, "ff".repeat(32), "00".repeat(32)]) {
      expect(isValidSecret(fromHex(bad))).toBe(false);
      expect(decodeWif(encodeWif({ secret: fromHex(bad), compressed: true }, MAIN), MAIN)).toBeNull();
    }
  });
});

test("invalid texts are neither address nor key on any network", () => {
  const rows = readVectors<[string][]>("base58_keys_invalid.json");
  expect(rows.length).toBe(50);
  for (const [text] of rows) {
    for (const name of ["main", "test", "regtest"] as const) {
      const { base58 } = knownNetwork(name);
      expect(decodeAddress(text, base58)).toBeNull();
      expect(decodeWif(text, base58)).toBeNull();
    }
  }
});

test("Sapling addresses carry the prefix of their network and survive a round trip", () => {
  const { saplingPaymentAddress: prefix } = knownNetwork("main").bech32;
  const part = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
  fc.assert(
    fc.property(part(11), part(32), (diversifier, transmissionKey) => {
      const text = encodeSaplingAddress({ diversifier, transmissionKey }, prefix);
      expect(text.startsWith("za1")).toBe(true);
      expect(text.length).toBe(2 + 1 + 69 + 6);
      expect(decodeSaplingAddress(text, prefix)).toEqual({ diversifier, transmissionKey });
      expect(decodeSaplingAddress(text.toUpperCase(), prefix)).toEqual({ diversifier, transmissionKey });
      expect(decodeSaplingAddress(text, knownNetwork("test").bech32.saplingPaymentAddress)).toBeNull();
      expect(decodeSaplingAddress(text.slice(0, -1), prefix)).toBeNull();
    }),
    { numRuns: 30 },
  );
  const short = encodeSaplingAddress({ diversifier: new Uint8Array(10), transmissionKey: new Uint8Array(32) }, prefix);
  expect(decodeSaplingAddress(short, prefix)).toBeNull();
});
