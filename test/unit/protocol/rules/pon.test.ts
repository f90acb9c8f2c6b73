import { describe, expect, test } from "bun:test";
import { fromDisplayHash, fromHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaSign, publicKeyCreate } from "../../../../src/protocol/crypto/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { type BlockHeader, decodeBlock, makeHeader, type OutPoint } from "../../../../src/protocol/primitives/index.ts";
import {
  checkEmergencySignatures,
  checkPonProducer,
  checkPonTarget,
  comparePonHash,
  decodeEmergencySignatures,
  encodeEmergencySignatures,
  headerPonHash,
  isBypassCollateral,
  isEmergencyBlock,
  ponHash,
  ponSignatureValid,
  ponSlot,
  producerKey,
} from "../../../../src/protocol/rules/index.ts";
import { readJson } from "./recorded-chain.ts";

const main = builtInNetwork("main") as NetworkParams;
const testNetwork = builtInNetwork("test") as NetworkParams;
const regtest = builtInNetwork("regtest") as NetworkParams;

interface MainnetBlock {
  readonly height: number;
  readonly raw: string;
  readonly slot: number;
  readonly ponHash: string;
}

const { items } = readJson("mainnet/blocks.json") as { items: MainnetBlock[] };
const firstPon = items.find((item) => item.height === 2_020_000) as MainnetBlock;
const firstPonHeader = decodeBlock(fromHex(firstPon.raw)).header;

const SECRETS = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte));
const KEYS = SECRETS.map((secret) => publicKeyCreate(secret, true));
const EMPTY = new Uint8Array(0);

function ponHeader(collateral: OutPoint, signature: Uint8Array): BlockHeader {
  return makeHeader({ ...firstPonHeader, proof: { kind: "pon", collateral, signature } });
}

const signed = (header: BlockHeader, secret: number) => ecdsaSign(header.hash, SECRETS[secret] as Uint8Array);

describe("slot and hash", () => {
  test("of the first PON block of main", () => {
    expect(ponSlot(firstPonHeader.time, main)).toBe(firstPon.slot);
    const hash = headerPonHash(firstPonHeader, main) as Uint8Array;
    expect(toDisplayHash(hash)).toBe(firstPon.ponHash);
    if (firstPonHeader.proof.kind !== "pon") throw new Error("not a PON block");
    expect(ponHash(firstPonHeader.proof.collateral, firstPonHeader.prevHash, firstPon.slot)).toEqual(hash);
    expect(checkPonTarget(hash, firstPonHeader.bits, main, firstPon.height)).toBe(true);
  });

  test("slots truncate toward zero and wrap to 32 bits", () => {
    expect(ponSlot(main.genesisTime, main)).toBe(0);
    expect(ponSlot(main.genesisTime + 29, main)).toBe(0);
    expect(ponSlot(main.genesisTime + 30, main)).toBe(1);
    expect(ponSlot(main.genesisTime - 29, main)).toBe(0);
    expect(ponSlot(main.genesisTime - 30, main)).toBe(0xffffffff);
  });

  test("a PoW header has none", () => {
    const pow = items.find((item) => item.height === 100_000) as MainnetBlock;
    expect(headerPonHash(decodeBlock(fromHex(pow.raw)).header, main)).toBeNull();
  });

  test("the order of tips starts at byte 0, unlike the order of numbers", () => {
    const numericallyHigh = fromDisplayHash(`ff${"00".repeat(31)}`);
    const numericallyLow = fromDisplayHash(`${"00".repeat(31)}01`);
    expect(comparePonHash(numericallyHigh, numericallyLow)).toBeLessThan(0);
    expect(comparePonHash(numericallyLow, numericallyLow.slice())).toBe(0);
  });
});

describe("target", () => {
  const zero = new Uint8Array(32);
  const start = 0x1f0bffff;
  const normal = 0x200fffff;

  test("its limit depends on the height", () => {
    expect(checkPonTarget(zero, normal, main, 2_020_029)).toBe(false);
    expect(checkPonTarget(zero, start, main, 2_020_029)).toBe(true);
    expect(checkPonTarget(zero, normal, main, 2_020_030)).toBe(true);
    expect(checkPonTarget(zero, 0x20100000, main, 2_020_030)).toBe(false);
    expect(checkPonTarget(zero, normal, main, undefined)).toBe(true);
    expect(checkPonTarget(zero, normal, main, 0)).toBe(true);
    // On the test network the limit of the first window is the easier one.
    expect(checkPonTarget(zero, 0x207fffff, testNetwork, 859)).toBe(true);
    expect(checkPonTarget(zero, 0x207fffff, testNetwork, 860)).toBe(false);
    expect(checkPonTarget(zero, 0x207fffff, testNetwork, undefined)).toBe(true);
  });

  test("the hash may equal the target but not exceed it", () => {
    const equal = fromDisplayHash(`000bffff${"00".repeat(28)}`);
    const above = fromDisplayHash(`000bffff${"00".repeat(27)}01`);
    expect(checkPonTarget(equal, start, main, 2_020_000)).toBe(true);
    expect(checkPonTarget(above, start, main, 2_020_000)).toBe(false);
  });

  test("unusable targets fail, except where targets are not enforced", () => {
    for (const bits of [0, 0x01800000, 0x1f8bffff, 0xff123456]) {
      expect(checkPonTarget(zero, bits, main, 2_030_000)).toBe(false);
      expect(checkPonTarget(new Uint8Array(32).fill(255), bits, regtest, 5)).toBe(true);
    }
  });
});

describe("node signature", () => {
  const collateral = { txid: new Uint8Array(32).fill(9), index: 3 };
  const unsigned = ponHeader(collateral, EMPTY);
  const header = ponHeader(collateral, signed(unsigned, 0));
  const key = KEYS[0] as Uint8Array;

  test("is outside the block hash and must be the node's", () => {
    expect(header.hash).toEqual(unsigned.hash);
    expect(ponSignatureValid(header, key)).toBe(true);
    expect(ponSignatureValid(header, KEYS[1] as Uint8Array)).toBe(false);
    expect(ponSignatureValid(header, EMPTY)).toBe(false);
    expect(ponSignatureValid(unsigned, key)).toBe(false);
  });

  test("which list may judge it", () => {
    const known = () => key;
    const unknown = () => undefined;
    expect(producerKey(header, 101, 100, known)).toBe(key);
    expect(producerKey(header, 100, 100, known)).toBe(key);
    expect(producerKey(header, 101, 100, unknown)).toBe("unknown");
    expect(producerKey(header, 100, 100, unknown)).toBe("deferred");
    for (const height of [99, 102]) expect(producerKey(header, height, 100, known)).toBe("deferred");
  });

  test("a bad one counts for the copy, a missing node for the hash", () => {
    const check = (tested: BlockHeader, producer: Parameters<typeof checkPonProducer>[3]) =>
      checkPonProducer(
        tested,
        150,
        { ...regtest, rules: { ...regtest.rules, ponBypassCollateral: false } },
        producer,
        "bad-pon-block",
      );
    expect(check(header, key)).toBeNull();
    expect(check(unsigned, "deferred")).toBeNull();
    expect(check(unsigned, key)).toMatchObject({ reason: "bad-pon-block", blame: 100, scope: "copy" });
    expect(check(header, KEYS[1] as Uint8Array)).toMatchObject({ reason: "bad-pon-block", scope: "copy" });
    expect(check(header, "unknown")).toMatchObject({ reason: "bad-pon-block", blame: 100, scope: "hash" });
  });

  test("the development collateral needs none where it is known", () => {
    const bypass = { txid: fromDisplayHash(`544553544e4f44${"00".repeat(25)}`), index: 0 };
    expect(isBypassCollateral(bypass, regtest)).toBe(true);
    expect(isBypassCollateral(bypass, testNetwork)).toBe(true);
    expect(isBypassCollateral(bypass, main)).toBe(false);
    expect(isBypassCollateral({ ...bypass, index: 1 }, regtest)).toBe(false);
    expect(checkPonProducer(ponHeader(bypass, EMPTY), 5, regtest, "unknown", "bad-pon-block")).toBeNull();
  });
});

describe("emergency blocks", () => {
  const params: NetworkParams = { ...main, emergency: { ...main.emergency, publicKeys: KEYS, minSignatures: 2 } };
  const withField = (field: Uint8Array) => ponHeader(params.emergency.collateral, field);
  const blank = withField(EMPTY);
  const check = (signatures: readonly Uint8Array[], tested = params) =>
    checkEmergencySignatures(withField(encodeEmergencySignatures(signatures)), tested);
  const [a, b, c] = [0, 1, 2].map((secret) => signed(blank, secret)) as [Uint8Array, Uint8Array, Uint8Array];
  const foreign = ecdsaSign(blank.hash, new Uint8Array(32).fill(77));
  const oversized = new Uint8Array(74);

  test("are known by their collateral", () => {
    expect(isEmergencyBlock(blank, params)).toBe(true);
    expect(isEmergencyBlock(ponHeader({ ...params.emergency.collateral, index: 1 }, EMPTY), params)).toBe(false);
    expect(isEmergencyBlock(firstPonHeader, params)).toBe(false);
  });

  test("need the minimum of distinct keys", () => {
    expect(check([a, b])).toBe(true);
    expect(check([c, a])).toBe(true);
    expect(check([a])).toBe(false);
    expect(check([])).toBe(false);
    expect(check([a, a])).toBe(false);
    expect(check([a, a, c])).toBe(true);
    expect(
      check([a, b], {
        ...params,
        emergency: { ...params.emergency, publicKeys: [KEYS[0], KEYS[0], KEYS[2]] as Uint8Array[] },
      }),
    ).toBe(false);
  });

  test("skip signatures of nobody, stop at oversized ones, and read no further than needed", () => {
    expect(check([foreign, a, b])).toBe(true);
    expect(check([foreign, EMPTY, a, b])).toBe(true);
    expect(check([foreign, foreign, a])).toBe(false);
    expect(check([a, oversized, b])).toBe(false);
    expect(check([a, b, oversized])).toBe(true);
    expect(check([a, b, c, foreign, foreign])).toBe(false);
  });

  test("forgive what follows the signatures, and what is cut off counts as empty", () => {
    const field = encodeEmergencySignatures([a, b]);
    expect(checkEmergencySignatures(withField(new Uint8Array([...field, 1, 2, 3])), params)).toBe(true);
    const three = encodeEmergencySignatures([a, b, c]);
    expect(checkEmergencySignatures(withField(three.subarray(0, three.length - 5)), params)).toBe(true);
    expect(checkEmergencySignatures(withField(field.subarray(0, field.length - 5)), params)).toBe(false);
    expect(decodeEmergencySignatures(Uint8Array.of(2, 1, 0xab), 4)).toEqual([Uint8Array.of(0xab), EMPTY]);
    expect(decodeEmergencySignatures(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x01), 4)).toBeNull();
    expect(decodeEmergencySignatures(Uint8Array.of(0xfd, 0x01, 0x00), 4)).toEqual([]);
    expect(decodeEmergencySignatures(EMPTY, 4)).toEqual([]);
  });

  test("are only counted where signatures are not verified", () => {
    const counting = { ...params, rules: { ...params.rules, verifyEmergencySignatures: false } };
    expect(check([oversized, EMPTY], counting)).toBe(true);
    expect(check([a], counting)).toBe(false);
    expect(check([a, b, c, a, b], counting)).toBe(false);
  });

  test("draw no lot; bad signatures count for the copy", () => {
    const impossible = makeHeader({ ...blank, bits: 0x03000001 });
    const field = encodeEmergencySignatures([signed(impossible, 0), signed(impossible, 3)]);
    const good = {
      ...impossible,
      proof: { kind: "pon" as const, collateral: params.emergency.collateral, signature: field },
    };
    expect(checkPonProducer(good, 2_030_000, params, "unknown", "bad-pon-header")).toBeNull();
    expect(checkPonProducer(blank, 2_030_000, params, "deferred", "bad-pon-header")).toMatchObject({
      reason: "bad-pon-header",
      blame: 100,
      scope: "copy",
    });
  });
});
