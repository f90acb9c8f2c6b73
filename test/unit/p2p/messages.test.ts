import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addrMessage,
  alertMessage,
  type BlockTransactions,
  blockMessage,
  blocktxnMessage,
  cmpctblockMessage,
  cmpheadersMessage,
  compactHeader,
  decodePayload,
  encodePayload,
  filteraddMessage,
  filterclearMessage,
  filterloadMessage,
  getaddrMessage,
  getblocksMessage,
  getblocktxnMessage,
  getdataMessage,
  getheadersMessage,
  headersMessage,
  invMessage,
  type MessageCodec,
  mempoolMessage,
  notfoundMessage,
  ProtocolViolation,
  pingMessage,
  pongMessage,
  rejectMessage,
  sendcmpctMessage,
  sendheadersMessage,
  txMessage,
  verackMessage,
  versionMessage,
} from "../../../src/p2p/messages/index.ts";
import { DecodeError } from "../../../src/protocol/bytes/index.ts";
import { type Block, decodeBlock } from "../../../src/protocol/primitives/index.ts";
import { blocksOf } from "../../chain/recorded-set.ts";

const BLOCKS: Block[] = blocksOf("regtest-a")
  .filter((_, i) => i % 60 === 0)
  .map((raw) => decodeBlock(raw));
const TRANSACTIONS = BLOCKS.flatMap(({ transactions }) => transactions);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u32 = fc.nat(0xffffffff);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const hash = bytes(32);
const latin1 = (maxLength: number) => fc.uint8Array({ maxLength }).map((each) => Buffer.from(each).toString("latin1"));
const address = fc.record({ services: u64, ip: bytes(16), port: fc.nat(0xffff) });
const items = fc.array(fc.record({ type: u32, hash }), { maxLength: 50 });
const locator = fc.record({ version: fc.integer(), locator: fc.array(hash, { maxLength: 40 }), stop: hash });
const header = fc.constantFrom(...BLOCKS.map((block) => block.header));
const transaction = fc.constantFrom(...TRANSACTIONS);
const nothing = fc.constant(undefined);

/** A codec with bodies that it must carry unchanged. */
interface Carried {
  readonly codec: MessageCodec<unknown>;
  readonly bodies: fc.Arbitrary<unknown>;
}

function carried<Body>(codec: MessageCodec<Body>, bodies: fc.Arbitrary<Body>): Carried {
  return { codec: codec as MessageCodec<unknown>, bodies };
}

const CODECS: Carried[] = [
  carried(
    versionMessage,
    fc.record({
      version: fc.integer(),
      services: u64,
      time: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      receiver: address,
      sender: address,
      nonce: u64,
      userAgent: latin1(256),
      startHeight: fc.integer(),
      relay: fc.boolean(),
    }),
  ),
  carried(verackMessage, nothing),
  carried(sendheadersMessage, nothing),
  carried(getaddrMessage, nothing),
  carried(mempoolMessage, nothing),
  carried(filterclearMessage, nothing),
  carried(sendcmpctMessage, fc.record({ announce: fc.boolean(), version: u64 })),
  carried(
    addrMessage,
    fc.array(fc.record({ time: u32, services: u64, ip: bytes(16), port: fc.nat(0xffff) }), { maxLength: 60 }),
  ),
  carried(invMessage, items),
  carried(getdataMessage, items),
  carried(notfoundMessage, items),
  carried(getblocksMessage, locator),
  carried(getheadersMessage, locator),
  carried(headersMessage, fc.array(header, { maxLength: 20 })),
  carried(cmpheadersMessage, fc.array(header.map(plainCompact), { maxLength: 20 })),
  carried(txMessage, transaction),
  carried(
    cmpctblockMessage,
    fc.record({
      header,
      nonce: u64,
      shortIds: fc.array(fc.nat(2 ** 48 - 1), { maxLength: 30 }),
      prefilled: fc.array(fc.record({ offset: fc.nat(0xffff), transaction }), { maxLength: 3 }),
    }),
  ),
  carried(getblocktxnMessage, fc.record({ blockHash: hash, indexes: fc.array(fc.nat(0xffff), { maxLength: 40 }) })),
  carried<BlockTransactions>(
    blocktxnMessage,
    fc.record({ blockHash: hash, transactions: fc.array(transaction, { maxLength: 5 }) }),
  ),
  carried(pingMessage, u64),
  carried(pongMessage, fc.option(u64)),
  carried(
    alertMessage,
    fc.record({ payload: fc.uint8Array({ maxLength: 90 }), signature: fc.uint8Array({ maxLength: 80 }) }),
  ),
  carried(
    filterloadMessage,
    fc.record({ data: fc.uint8Array({ maxLength: 200 }), hashFunctions: u32, tweak: u32, flags: fc.nat(255) }),
  ),
  carried(filteraddMessage, fc.uint8Array({ maxLength: 600 })),
  carried(
    rejectMessage,
    fc.record({ message: fc.constantFrom("block", "tx"), code: fc.nat(255), reason: latin1(111), hash }),
  ),
  carried(
    rejectMessage,
    fc.record({
      message: fc.constantFrom("version", ""),
      code: fc.nat(255),
      reason: latin1(111),
      hash: fc.constant(null),
    }),
  ),
];

/** A compact header as it comes over the wire: without its solution. */
function plainCompact(full: Block["header"]) {
  const { header: fields, ...rest } = compactHeader(full);
  if (fields.proof.kind === "pon") return { ...rest, header: fields };
  const { hash: _, ...common } = fields as Block["header"];
  return { ...rest, header: { ...common, proof: { ...fields.proof, solution: new Uint8Array(0) } } };
}

describe("every message", () => {
  for (const { codec, bodies } of CODECS) {
    test(`${codec.command} is read as it was written`, () => {
      fc.assert(
        fc.property(bodies, (body) => {
          expect(decodePayload(codec, encodePayload(codec, body))).toEqual(body);
        }),
        { numRuns: 60 },
      );
    });

    test(`${codec.command} of any bytes is read or refused`, () => {
      const attempt = (payload: Uint8Array) => {
        try {
          decodePayload(codec, payload);
        } catch (error) {
          if (!(error instanceof DecodeError || error instanceof ProtocolViolation)) throw error;
        }
      };
      fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), attempt), { numRuns: 300 });
      // Damage to something real goes deeper than noise.
      fc.assert(
        fc.property(bodies, fc.nat(), fc.nat(255), fc.nat(), (body, at, value, length) => {
          const payload = encodePayload(codec, body).slice();
          if (payload.length > 0) payload[at % payload.length] = value;
          attempt(payload);
          attempt(payload.subarray(0, length % (payload.length + 1)));
        }),
        { numRuns: 100 },
      );
    });

    test(`${codec.command} ignores bytes after its end`, () => {
      const [body] = fc.sample(bodies, 1);
      if (codec.command === "version" || body === null) return;
      const payload = encodePayload(codec, body);
      const longer = new Uint8Array(payload.length + 9).fill(0xee);
      longer.set(payload);
      expect(decodePayload(codec, longer)).toEqual(body);
    });
  }

  test("block carries blocks", () => {
    for (const block of BLOCKS) {
      const payload = encodePayload(blockMessage, block);
      expect(blockMessage.read({ bytes: payload }).raw).toEqual(block.raw);
    }
  });
});

describe("counts", () => {
  const claims: [MessageCodec<never>, number][] = [
    [addrMessage as MessageCodec<never>, 1000],
    [invMessage as MessageCodec<never>, 50_000],
    [getdataMessage as MessageCodec<never>, 50_000],
    [getheadersMessage as MessageCodec<never>, 65_000],
    [headersMessage as MessageCodec<never>, 160],
    [cmpheadersMessage as MessageCodec<never>, 2000],
    [blocktxnMessage as MessageCodec<never>, 20_000_000],
  ];
  for (const [codec, count] of claims) {
    test(`of ${codec.command} alone allocate nothing`, () => {
      const prefix = codec.command === "getheaders" ? 4 : codec.command === "blocktxn" ? 32 : 0;
      const payload = encodePayload(
        { command: "", write: (writer) => void writer.fixed(new Uint8Array(prefix)).compactSize(count) },
        undefined,
      );
      expect(() => decodePayload(codec, payload)).toThrow(DecodeError);
    });
  }

  test("above the limits are offences of 20 points", () => {
    const excess: [MessageCodec<never>, number, number][] = [
      [addrMessage as MessageCodec<never>, 1001, 30],
      [invMessage as MessageCodec<never>, 50_001, 36],
      [headersMessage as MessageCodec<never>, 161, 0],
      [cmpheadersMessage as MessageCodec<never>, 2001, 0],
    ];
    for (const [codec, count, size] of excess) {
      const payload = encodePayload(
        { command: "", write: (writer) => void writer.compactSize(count).fixed(new Uint8Array(count * size)) },
        undefined,
      );
      let points = 0;
      try {
        decodePayload(codec, payload);
      } catch (error) {
        if (error instanceof ProtocolViolation) points = error.points;
      }
      expect([codec.command, points]).toEqual([codec.command, 20]);
    }
  });
});

describe("the forms of the spec", () => {
  test("compact headers take 172 bytes by proof of work", () => {
    const pow = BLOCKS.find((block) => block.header.proof.kind === "pow");
    expect(encodePayload(cmpheadersMessage, [compactHeader((pow as Block).header)])).toHaveLength(1 + 172);
  });

  test("short ids take ten bytes, indexes of getblocktxn are absolute", () => {
    const header = (BLOCKS[0] as Block).header;
    const empty = encodePayload(cmpctblockMessage, { header, nonce: 1n, shortIds: [], prefilled: [] });
    const two = encodePayload(cmpctblockMessage, { header, nonce: 1n, shortIds: [0x0102_03040506, 7], prefilled: [] });
    expect(two.length - empty.length).toBe(20);
    expect([...two.subarray(empty.length - 1, empty.length + 9)]).toEqual([6, 5, 4, 3, 0, 0, 0, 0, 2, 1]);
    const asked = encodePayload(getblocktxnMessage, { blockHash: new Uint8Array(32), indexes: [3, 4, 300] });
    expect([...asked.subarray(32)]).toEqual([3, 3, 4, 0xfd, 44, 1]);
  });

  test("ports are the only big-endian numbers", () => {
    const payload = encodePayload(addrMessage, [{ time: 1, services: 5n, ip: new Uint8Array(16), port: 0x1234 }]);
    expect([...payload.subarray(0, 13)]).toEqual([1, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
    expect([...payload.subarray(29)]).toEqual([0x12, 0x34]);
  });

  test("a user agent has at most 256 bytes", () => {
    const whole = fc.sample((CODECS[0] as Carried).bodies, 1)[0] as object;
    const long = encodePayload(versionMessage, { ...whole, userAgent: "x".repeat(257) } as never);
    expect(() => decodePayload(versionMessage, long)).toThrow(DecodeError);
  });
});
