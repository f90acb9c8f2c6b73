import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readBlockFile } from "../../../src/node/index.ts";
import { all, inPieces } from "./pieces.ts";

const MAGIC = Buffer.from("24e92764", "hex");
const MAX_BLOCK = 2_000_000;

function read(content: Uint8Array | string, sizes: readonly number[] = [1 << 16]) {
  return all(readBlockFile(inPieces(Buffer.from(content), sizes), MAGIC));
}

function record(block: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(block.length);
  return Buffer.concat([MAGIC, length, block]);
}

const blocks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 });
const pieceSizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });

describe("whatever the pieces in which a file comes", () => {
  test("lines of hex give back the blocks", async () => {
    const separator = fc.constantFrom("\n", "\r\n", "\n\n", "  \n\t\n");
    await fc.assert(
      fc.asyncProperty(blocks, pieceSizes, separator, fc.boolean(), async (list, sizes, between, upperCase) => {
        const lines = list.map((block) => Buffer.from(block).toString("hex"));
        const text = (upperCase ? lines.map((line) => line.toUpperCase()) : lines).join(between);
        const found = await read(text, sizes);
        expect(found.map((entry) => ("raw" in entry ? Buffer.from(entry.raw).toString("hex") : entry))).toEqual(lines);
      }),
    );
  });

  test("records of a bootstrap file give back the blocks with their offsets", async () => {
    await fc.assert(
      fc.asyncProperty(blocks, pieceSizes, fc.integer({ min: 0, max: 9 }), async (list, sizes, zeros) => {
        const padding = new Uint8Array(zeros);
        const content = Buffer.concat([padding, ...list.flatMap((block) => [record(block), padding])]);
        let offset = zeros;
        const expected = list.map((block, index) => {
          const place = `block ${index + 1} at byte ${offset}`;
          offset += 8 + block.length + zeros;
          return { place, raw: block };
        });
        const found = await read(content, sizes);
        expect(found.map((entry) => ("raw" in entry ? { ...entry, raw: new Uint8Array(entry.raw) } : entry))).toEqual(
          expected,
        );
      }),
    );
  });
});

describe("damage is named with its place and ends the file", () => {
  const cases: [name: string, content: Uint8Array | string, place: string, damage: RegExp][] = [
    ["a stray character", "00\n\n0x11\n22", "line 3", /^"x" at position 2 is no hex digit$/],
    ["an odd number of digits", "00\n112", "line 2", /odd number/],
    ["a line longer than any block", `00\n${"0".repeat(2 * MAX_BLOCK + 2)}\n11`, "line 2", /longer than a block/],
    ["no known format", Buffer.from("7f454c46", "hex"), "byte 0", /7f454c46.*neither.*24e92764/],
    ["another network's magic", Buffer.from("aae83f5f00000000", "hex"), "byte 0", /aae83f5f/],
    ["zeros and then text", Buffer.from([0, 0, 0x30, 0x30]), "byte 2", /3030.*neither/],
    ["half a head", Buffer.concat([MAGIC, Buffer.alloc(2, 1)]), "block 1 at byte 0", /inside the length/],
    ["half a block", record(new Uint8Array(9)).subarray(0, 12), "block 1 at byte 0", /after 4 of 9 bytes/],
    [
      "something between records",
      Buffer.concat([record(new Uint8Array(3)), Buffer.from("xx!!")]),
      "block 2 at byte 11",
      /expected the network magic 24e92764, found 78782121/,
    ],
    [
      "a length that no block has",
      Buffer.concat([MAGIC, Buffer.from("81841e00", "hex")]),
      "block 1 at byte 0",
      /claims 2000001 bytes/,
    ],
  ];
  for (const [name, content, place, damage] of cases) {
    test(name, async () => {
      const found = await read(content, [7]);
      const last = found.at(-1);
      expect(found.filter((entry) => "damage" in entry)).toHaveLength(1);
      expect(last).toMatchObject({ place, damage: expect.stringMatching(damage) });
    });
  }

  test("a claimed length is not allocated before the bytes are there", async () => {
    const head = Buffer.concat([MAGIC, Buffer.from("ffffff7f", "hex")]);
    expect(await read(head)).toMatchObject([{ damage: expect.stringContaining("claims 2147483647 bytes") }]);
  });

  test("an empty file holds nothing", async () => {
    expect(await read("")).toEqual([]);
    expect(await read(" \n\n")).toEqual([]);
  });

  test("the largest line that can be a block is taken", async () => {
    const [entry] = await read(`${"ab".repeat(MAX_BLOCK)}\r\n`);
    expect(entry).toMatchObject({ place: "line 1" });
    expect(entry && "raw" in entry ? entry.raw.length : 0).toBe(MAX_BLOCK);
  });
});
