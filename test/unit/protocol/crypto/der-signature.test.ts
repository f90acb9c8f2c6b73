import { describe, expect, test } from "bun:test";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { parseDerSignature } from "../../../../src/protocol/crypto/index.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FF32 = "ff".repeat(32);

/** 30 06 02 01 r 02 01 s, and everything that is wrong with such an encoding. */
describe("parseDerSignature", () => {
  test.each([
    ["smallest", "3006020101020102", 1n, 2n],
    ["zero is a number", "3006020100020100", 0n, 0n],
    ["leading zero where the sign bit needs it", "300702020080020101", 0x80n, 1n],
    ["negative counts as zero", "3006020181020102", 0n, 2n],
    ["minus one", "30060201ff020102", 0n, 2n],
    ["the group order counts as zero", `30260221 00${ORDER.toString(16)} 020101`, 0n, 1n],
    ["one below the group order", `30260221 00${(ORDER - 1n).toString(16)} 020101`, ORDER - 1n, 1n],
    ["too long a number counts as zero", `30270222 0100${FF32} 020101`, 0n, 1n],
    ["long form where it is the shortest", `308188 0281820101${"00".repeat(128)} 020101`, 0n, 1n],
  ] as const)("%s", (_, hex, r, s) => {
    expect(parseDerSignature(fromHex(hex.replaceAll(" ", "")), ORDER)).toEqual({ r, s });
  });

  test.each([
    ["empty", ""],
    ["no sequence", "3106020101020102"],
    ["no length", "30"],
    ["sequence too short", "3005020101020102"],
    ["sequence too long", "3007020101020102"],
    ["bytes behind the sequence", "300602010102010200"],
    ["bytes inside, behind s", "300702010102010200"],
    ["s missing", "3003020101"],
    ["r is no integer", "3006030101020102"],
    ["s is no integer", "3006020101030102"],
    ["empty r", "30050200020102"],
    ["empty s", "30050201010200"],
    ["padded with zeros", "300702020001020102"],
    ["padded with ones", "30070202ff81020102"],
    ["indefinite length", "30800201010201020000"],
    ["long form of a short length", "308106020101020102"],
    ["long form with a leading zero", `3082008a 0281820101${"00".repeat(128)} 020101`],
    ["length of nine bytes", `3089010000000000000006 020101020102`],
    ["length of 127 bytes", "30ff020101020102"],
    ["length bytes missing", "308201"],
    ["r beyond the end", "3006020501020102"],
  ] as const)("refuses: %s", (_, hex) => {
    expect(parseDerSignature(fromHex(hex.replaceAll(" ", "")), ORDER)).toBeNull();
  });
});
