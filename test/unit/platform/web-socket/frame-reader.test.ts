import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FrameReader } from "../../../../src/platform/web-socket/frame-reader.ts";

interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** A server's frame, as RFC 6455 section 5.2 draws it. */
function frameBytes({ opcode, payload }: Frame): number[] {
  const { length } = payload;
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  return [0x80 | opcode, ...size, ...payload];
}

function read(pieces: readonly Uint8Array[], limits = { maxFrameBytes: 100_000, maxTextBytes: 1000 }) {
  const seen: string[] = [];
  const bytes: number[] = [];
  const reader = new FrameReader(
    {
      bytes: (piece) => bytes.push(...piece),
      text: (text) => seen.push(`text ${text}`),
      ping: (payload) => seen.push(`ping ${payload.join()}`),
      close: () => seen.push("close"),
    },
    limits,
  );
  for (const piece of pieces) reader.push(piece);
  return { seen, bytes };
}

describe("frames of a server", () => {
  const frame = fc.oneof(
    fc.record({ opcode: fc.constant(2), payload: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ opcode: fc.constantFrom(9, 10), payload: fc.uint8Array({ maxLength: 125 }) }),
    fc.string({ maxLength: 200 }).map((text) => ({ opcode: 1, payload: new TextEncoder().encode(text) })),
  );

  test("are the same however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat({ max: 2000 })), (frames, cuts) => {
        const stream = Uint8Array.from(frames.flatMap(frameBytes));
        const places = [0, ...cuts.map((cut) => Math.min(cut, stream.length)).sort((a, b) => a - b), stream.length];
        const pieces = places.slice(1).map((end, i) => stream.subarray(places[i], end));
        const { seen, bytes } = read(pieces);
        expect(bytes).toEqual(frames.flatMap(({ opcode, payload }) => (opcode === 2 ? [...payload] : [])));
        expect(seen).toEqual(
          frames.flatMap(({ opcode, payload }) => {
            if (opcode === 1) return [`text ${new TextDecoder().decode(payload)}`];
            return opcode === 9 ? [`ping ${payload.join()}`] : [];
          }),
        );
      }),
    );
  });

  test("of any length", () => {
    for (const length of [0, 125, 126, 65_535, 65_536, 100_000]) {
      const payload = new Uint8Array(length).fill(7);
      expect(read([Uint8Array.from(frameBytes({ opcode: 2, payload }))]).bytes).toHaveLength(length);
    }
  });

  test.each<[string, number[]]>([
    ["too long", [0x82, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa1]],
    ["unbelievably long", [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]],
    ["a text too long", [0x81, 126, 0x03, 0xe9]],
    ["a ping too long", [0x89, 126, 0, 126]],
    ["masked", [0x82, 0x81, 0, 0, 0, 0, 1]],
    ["of an unknown kind", [0x83, 0]],
    ["with reserved bits", [0xc2, 0]],
    ["a text in pieces", [0x01, 1, 65]],
  ])("refused: %s", (_, bytes) => {
    expect(() => read([Uint8Array.from(bytes)])).toThrow(/sent/);
  });
});
