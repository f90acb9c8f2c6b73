import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeFrame, type Frame, FrameReader, MAX_PAYLOAD_SIZE } from "../../../src/p2p/framing/index.ts";
import { toHex } from "../../../src/protocol/bytes/index.ts";

const MAGIC = Uint8Array.of(0x24, 0xe9, 0x27, 0x64);

function reader(isWanted = (_: string) => true) {
  const frames: Frame[] = [];
  const broken: string[] = [];
  const events = { frame: (frame: Frame) => frames.push(frame), broken: (reason: string) => broken.push(reason) };
  return { reader: new FrameReader(MAGIC, isWanted, events), frames, broken };
}

describe("frames", () => {
  test("have the form of the spec", () => {
    expect(toHex(encodeFrame(MAGIC, "verack", new Uint8Array(0)))).toBe(
      `24e92764${toHex(Buffer.from("verack"))}${"00".repeat(6)}000000005df6e0e2`,
    );
  });

  test("are found again, however the bytes are cut", () => {
    const message = fc.record({
      command: fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 1, maxLength: 12 }),
      payload: fc.uint8Array({ maxLength: 9000 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(5000), { maxLength: 20 }), (messages, cuts) => {
        const { reader: each, frames, broken } = reader();
        const stream = Buffer.concat(messages.map(({ command, payload }) => encodeFrame(MAGIC, command, payload)));
        let at = 0;
        for (const cut of cuts) {
          each.push(new Uint8Array(stream.subarray(at, at + cut)));
          at += cut;
        }
        each.push(new Uint8Array(stream.subarray(at)));
        expect(frames.map(({ command, payload }) => [command, toHex(payload)])).toEqual(
          messages.map(({ command, payload }) => [command, toHex(payload)]),
        );
        expect(broken).toEqual([]);
        expect(each.midMessage).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("of any bytes never take more memory than came", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
        const { reader: each } = reader();
        const start = encodeFrame(MAGIC, "block", new Uint8Array(0)).slice();
        new DataView(start.buffer).setUint32(16, MAX_PAYLOAD_SIZE, true);
        each.push(start);
        each.push(noise);
        expect(each.buffered).toBeLessThanOrEqual(Math.max(4096, 2 * noise.length));
      }),
    );
  });

  test("of unwanted commands are not stored", () => {
    const { reader: each, frames } = reader((command) => command === "ping");
    each.push(encodeFrame(MAGIC, "other", new Uint8Array(100_000)));
    expect(each.buffered).toBe(0);
    each.push(encodeFrame(MAGIC, "ping", new Uint8Array(8)));
    expect(frames.map(({ command }) => command)).toEqual(["ping"]);
  });

  test("with characters behind a zero, or unprintable ones, are skipped", () => {
    const { reader: each, frames, broken } = reader();
    for (const [at, value] of [
      [9, 0x41],
      [4, 0x1f],
      [4, 0x7f],
      [5, 0],
    ] as const) {
      const frame = encodeFrame(MAGIC, "ping", new Uint8Array(8));
      frame[at] = value;
      each.push(frame);
    }
    expect(frames).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("of another network or above 2 MiB break the stream", () => {
    const wrong = reader();
    wrong.reader.push(encodeFrame(Uint8Array.of(1, 2, 3, 4), "ping", new Uint8Array(0)));
    wrong.reader.push(encodeFrame(MAGIC, "ping", new Uint8Array(0)));
    expect([wrong.broken, wrong.frames]).toEqual([["wrong magic"], []]);
    const large = reader();
    const frame = encodeFrame(MAGIC, "ping", new Uint8Array(0));
    new DataView(frame.buffer).setUint32(16, MAX_PAYLOAD_SIZE + 1, true);
    large.reader.push(frame);
    expect(large.broken).toEqual(["oversized message"]);
  });
});
