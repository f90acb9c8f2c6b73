import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { concatBytes, DecodeError, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { base58checkDecode, base58checkEncode, blake2b, hash160 } from "../../../../src/protocol/crypto/index.ts";
import {
  accountPath,
  addressPath,
  ExtendedKey,
  formatPath,
  HARDENED,
  mnemonicSeed,
  parsePath,
} from "../../../../src/protocol/keys/index.ts";
import { encodeAddress } from "../../../../src/protocol/primitives/index.ts";
import { knownNetwork } from "../script/networks.ts";
import { readVectors } from "./vectors.ts";

const MAIN = knownNetwork("main");
const TEST = knownNetwork("test");
const root = () => ExtendedKey.fromSeed(fromHex("000102030405060708090a0b0c0d0e0f"), MAIN.base58);
const p2pkh = (publicKey: Uint8Array) => encodeAddress({ kind: "pubkeyhash", hash: hash160(publicKey) }, MAIN.base58);

describe("BIP-32 vectors", () => {
  const { vectors, invalidExtendedKeys } = readVectors<{
    vectors: { seed: string; chains: { path: string; xpub: string; xprv: string }[] }[];
    invalidExtendedKeys: { key: string; reason: string }[];
  }>("bip32.json");

  test("every key is derived from its seed", () => {
    expect(vectors.map(({ chains }) => chains.length)).toEqual([6, 6, 2, 3]);
    for (const { seed, chains } of vectors) {
      const master = ExtendedKey.fromSeed(fromHex(seed), MAIN.base58);
      for (const { path, xpub, xprv } of chains) {
        const key = master.derive(path);
        expect({ path, xpub: key.xpub, xprv: key.xprv }).toEqual({ path, xpub, xprv });
        expect(formatPath(parsePath(path))).toBe(path);
        expect(key.depth).toBe(parsePath(path).length);
        expect(key.index).toBe(parsePath(path).at(-1) ?? 0);
      }
    }
  });

  test("every key is read from its text", () => {
    for (const { chains } of vectors) {
      for (const { xpub, xprv } of chains) {
        const [secret, open] = [xprv, xpub].map((text) => ExtendedKey.fromText(text, MAIN.base58));
        expect([secret?.xprv, secret?.xpub]).toEqual([xprv, xpub]);
        expect([open?.xprv, open?.xpub, open?.secret]).toEqual([null, xpub, null]);
        expect(open?.publicKey).toEqual(secret?.publicKey as Uint8Array);
        expect(secret?.publicOnly().xpub).toBe(xpub);
      }
    }
  });

  test("children of a public key are those of its private key", () => {
    for (const { chains } of vectors) {
      for (const [i, { path, xpub }] of chains.entries()) {
        const step = parsePath(path).at(-1);
        const parent = chains[i - 1];
        if (!parent || step === undefined) continue;
        const open = ExtendedKey.fromText(parent.xpub, MAIN.base58);
        if (step < HARDENED) expect(open.derive([step]).xpub).toBe(xpub);
        else expect(() => open.derive([step])).toThrow("hardened keys cannot be derived from a public key");
      }
    }
  });

  test("every invalid key is refused, and none is repeated in the message", () => {
    expect(invalidExtendedKeys.length).toBe(16);
    for (const { key } of invalidExtendedKeys) {
      for (const { base58 } of [MAIN, TEST]) {
        expect(() => ExtendedKey.fromText(key, base58)).toThrow(DecodeError);
        expect(() => ExtendedKey.fromText(key, base58)).not.toThrow(key);
      }
    }
  });
});

test("Zcash's BIP-32 vectors: account keys and the viewing keys hashed from them", () => {
  type Row = [c: string, pk: string, address: string, externalOvk: string, internalOvk: string, account: number];
  const [, [columns], ...rows] = readVectors<[unknown, [string], ...Row[]]>("bip_0032.json");
  expect(columns).toBe("c, pk, address, external_ovk, internal_ovk, account");
  expect(rows.length).toBe(10);
  const master = ExtendedKey.fromSeed(
    Uint8Array.from({ length: 32 }, (_, i) => i),
    MAIN.base58,
  );
  for (const [c, pk, address, externalOvk, internalOvk, account] of rows) {
    const key = master.derive(accountPath({ bip44CoinType: 133 }, account));
    expect(toHex(key.chainCode)).toBe(c);
    expect(toHex(key.publicKey)).toBe(pk);
    expect(toHex(hash160(key.publicKey))).toBe(address);
    // ZIP-316: outgoing viewing keys of an account that has transparent keys only.
    const expanded = concatBytes(key.chainCode, Uint8Array.of(0xd0), key.publicKey);
    const viewing = blake2b(expanded, 64, new TextEncoder().encode("Zcash_ExpandSeed"));
    expect(toHex(viewing)).toBe(externalOvk + internalOvk);
  }
});

test("keys, addresses and the account key of a wallet on the main network", () => {
  interface Item {
    mnemonic?: string;
    passphrase?: string;
    path?: string;
    privateKey: string;
    publicKey: string;
    address: string;
  }
  const file = readVectors<{ count: number; xpub: string; xpubPath: string; items: Item[] }>("hd-and-keys.json");
  expect(file.items.length).toBe(file.count);
  expect(file.count).toBe(4);
  for (const { mnemonic, passphrase, path, privateKey, publicKey, address } of file.items) {
    expect(p2pkh(fromHex(publicKey))).toBe(address);
    if (mnemonic === undefined || path === undefined) continue;
    const master = ExtendedKey.fromSeed(mnemonicSeed(mnemonic, passphrase), MAIN.base58);
    const key = master.derive(path);
    expect(toHex(key.secret as Uint8Array)).toBe(privateKey);
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(formatPath(addressPath(MAIN, 0, 0, key.index))).toBe(path);
    const account = master.derive(file.xpubPath);
    expect(account.xpub).toBe(file.xpub);
    expect(formatPath(accountPath(MAIN, 0))).toBe(file.xpubPath);
    expect(ExtendedKey.fromText(file.xpub, MAIN.base58).derive([0, key.index]).publicKey).toEqual(key.publicKey);
  }
  expect(file.items.filter(({ mnemonic }) => mnemonic).length).toBe(2);
});

describe("an extended key", () => {
  test("belongs to its network", () => {
    const seed = new Uint8Array(32).fill(1);
    const texts = [MAIN, TEST].map(({ base58 }) => ExtendedKey.fromSeed(seed, base58).derive("m/1"));
    expect(texts.map((key) => [key.xpub.slice(0, 4), key.xprv?.slice(0, 4)])).toEqual([
      ["xpub", "xprv"],
      ["tpub", "tprv"],
    ]);
    expect(ExtendedKey.fromText(texts[1]?.xprv as string, TEST.base58).secret).toEqual(texts[0]?.secret as Uint8Array);
    expect(() => ExtendedKey.fromText(texts[0]?.xprv as string, TEST.base58)).toThrow("of this network");
    expect(() => ExtendedKey.fromText(texts[1]?.xpub as string, MAIN.base58)).toThrow("of this network");
    expect(texts[1]?.publicOnly().derive([7]).xpub).toBe(texts[1]?.derive([7]).xpub as string);
  });

  test("says what is wrong with a text", () => {
    const read = (text: string) => () => ExtendedKey.fromText(text, MAIN.base58);
    const { xpub } = root();
    expect(read("")).toThrow("damaged");
    expect(read(`${xpub} `)).toThrow("damaged");
    expect(read(`${xpub.slice(0, -1)}1`)).toThrow("damaged");
    expect(read("1".repeat(100_000))).toThrow("damaged");
    const bytes = base58checkDecode(xpub) as Uint8Array;
    expect(read(base58checkEncode(bytes.subarray(0, 77)))).toThrow("length");
    expect(read(base58checkEncode(concatBytes(bytes, Uint8Array.of(0))))).toThrow("length");
    expect(read(base58checkEncode(bytes.slice().fill(9, 45)))).toThrow("not valid");
  });

  test("is made from seeds of 16 to 64 bytes", () => {
    for (const length of [0, 15, 65, 1000]) {
      expect(() => ExtendedKey.fromSeed(new Uint8Array(length), MAIN.base58)).toThrow(RangeError);
    }
    for (const length of [16, 64]) expect(ExtendedKey.fromSeed(new Uint8Array(length), MAIN.base58).depth).toBe(0);
  });

  test("has at most 255 ancestors", () => {
    const key = root().derive(new Array(255).fill(0));
    expect(key.depth).toBe(255);
    expect(ExtendedKey.fromText(key.xprv as string, MAIN.base58).depth).toBe(255);
    expect(() => key.derive([0])).toThrow(RangeError);
  });

  test("knows its parent and its place", () => {
    const parent = root().derive("m/3'");
    const child = parent.derive([HARDENED + 5]);
    expect(child.parentFingerprint).toBe(parent.fingerprint);
    expect(child.index).toBe(HARDENED + 5);
    const view = new DataView(hash160(parent.publicKey).buffer);
    expect(parent.fingerprint).toBe(view.getUint32(0));
    for (const step of [-1, 1.5, 2 ** 32, Number.NaN]) expect(() => parent.derive([step])).toThrow(RangeError);
  });

  test("shows no secret when it is printed or made into JSON, and hands out copies", () => {
    const key = root();
    const secret = toHex(key.secret as Uint8Array);
    for (const shown of [Bun.inspect(key), JSON.stringify(key), String(key)]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(key.xprv as string);
    }
    key.secret?.fill(0);
    key.chainCode.fill(0);
    expect(toHex(key.secret as Uint8Array)).toBe(secret);
  });

  test("derives the same public keys with and without its private key", () => {
    const account = root().derive(accountPath(MAIN, 0));
    const open = account.publicOnly();
    fc.assert(
      fc.property(fc.nat(1), fc.nat(HARDENED - 1), (change, index) => {
        expect(open.derive([change, index]).xpub).toBe(account.derive([change, index]).xpub);
      }),
      { numRuns: 20 },
    );
  });
});

describe("paths", () => {
  test("are read and written", () => {
    expect(parsePath("m")).toEqual([]);
    expect(parsePath("m/44'/19167h/0H/1/5")).toEqual([HARDENED + 44, HARDENED + 19167, HARDENED, 1, 5]);
    expect(parsePath(`m${"/2147483647'".repeat(255)}`)).toHaveLength(255);
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff), { maxLength: 255 }), (steps) => {
        expect(parsePath(formatPath(steps))).toEqual(steps);
      }),
    );
  });

  test("that are none are refused", () => {
    for (const text of [
      ...[
        "",
        "M",
        "44'/0",
        "/m",
        "m/",
        "m//0",
        "m/0/",
        "m/-1",
        "m/1.5",
        "m/0x1",
        "m/00",
        "m/01",
        "m/ 1",
        "m/1''",
        "m/'",
      ],
      ...[
        "m/2147483648",
        "m/99999999999",
        "m/1e3",
        "m/٣",
        "n/0",
        "m/0\n",
        `m${"/0".repeat(256)}`,
        `m/${"0".repeat(9999)}`,
      ],
    ]) {
      expect(() => parsePath(text)).toThrow(DecodeError);
    }
  });

  test("of BIP-44 carry the coin type of the network", () => {
    expect(formatPath(addressPath(MAIN, 2, 1, 30))).toBe("m/44'/19167'/2'/1/30");
    expect(formatPath(accountPath(TEST, 2147483647))).toBe("m/44'/1'/2147483647'");
    for (const bad of [-1, 0.5, 2 ** 31, Number.NaN]) {
      expect(() => accountPath(MAIN, bad)).toThrow(RangeError);
      expect(() => addressPath(MAIN, 0, 0, bad)).toThrow(RangeError);
    }
  });
});
