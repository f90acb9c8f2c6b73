import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../../src/protocol/bytes/index.ts";

describe("ByteWriter", () => {
  test("keeps every byte while it grows, whatever is written at the moment of growing", () => {
    const writes: ((writer: ByteWriter) => ByteWriter)[] = [
      (writer) => writer.u8(0xaa),
      (writer) => writer.u16(0xaaaa),
      (writer) => writer.u32(0xaaaaaaaa),
      (writer) => writer.i64(-0x5555555555555556n),
      (writer) => writer.fixed(new Uint8Array(3).fill(0xaa)),
    ];
    for (const write of writes) {
      const writer = new ByteWriter(1);
      for (let i = 0; i < 100; i++) write(writer);
      expect(writer.finish().every((byte) => byte === 0xaa)).toBe(true);
    }
  });
});
