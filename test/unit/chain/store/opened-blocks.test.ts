import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { OpenedBlocks } from "../../../../src/chain/store/opened-blocks.ts";
import { bytesKey, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { type Block, decodeBlock, encodeBlock } from "../../../../src/protocol/primitives/index.ts";

const recorded = readFileSync(new URL("../../../vectors/fluxd/regtest-a/blocks.hex.gz", import.meta.url));
const BLOCKS: Block[] = gunzipSync(recorded)
  .toString("utf8")
  .trim()
  .split("\n")
  .map((hex) => decodeBlock(fromHex(hex)))
  .filter(({ transactions }) => transactions.length > 1)
  .slice(0, 40);
/** Room for a few of the blocks, and for where the transactions of some more are. */
const ROOM_OF_BLOCKS = 10_000;
const ROOM_OF_OFFSETS = 4_000;

/** Blocks in memory, and what was read of them. */
class Bytes {
  readonly stored = new Map<string, Uint8Array>();
  wholes = 0;
  parts = 0;

  whole(hash: Uint8Array): Uint8Array | undefined {
    this.wholes++;
    return this.stored.get(bytesKey(hash));
  }

  part(hash: Uint8Array, start: number, end: number): Uint8Array | undefined {
    this.parts++;
    return this.stored.get(bytesKey(hash))?.slice(start, end);
  }
}

const key = ({ header }: Block) => bytesKey(header.hash);

describe("opened blocks", () => {
  test("of a block that is no more in memory only the transaction is read", () => {
    const bytes = new Bytes();
    for (const block of BLOCKS) bytes.stored.set(key(block), block.raw);
    const opened = new OpenedBlocks(bytes, 0);
    const [block] = BLOCKS as [Block];
    const { hash } = block.header;
    for (const [i, { txid, raw }] of block.transactions.entries()) {
      const found = opened.transaction(hash, key(block), i);
      expect(found && toHex(found.txid())).toBe(toHex(txid));
      expect(found && toHex(found.decode().raw)).toBe(toHex(raw));
    }
    expect(opened.transaction(hash, key(block), block.transactions.length)).toBeNull();
    expect([bytes.wholes, bytes.parts]).toEqual([1, block.transactions.length - 1]);
  });

  test("answer as the stored bytes do, whatever was asked, stored and removed before", () => {
    expect(BLOCKS).toHaveLength(40);
    const step = fc.record({
      kind: fc.constantFrom("transaction", "transaction", "transaction", "block", "store", "remove"),
      index: fc.nat({ max: BLOCKS.length - 1 }),
      position: fc.nat({ max: 3 }),
      // Which transactions a block has, so that one with the same hash has others when it comes again.
      kept: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const bytes = new Bytes();
        const present = new Map<string, Block>();
        const opened = new OpenedBlocks(bytes, ROOM_OF_BLOCKS, ROOM_OF_OFFSETS);
        for (const { kind, index, position, kept } of steps) {
          const { header, transactions } = BLOCKS[index] as Block;
          const { hash } = header;
          const name = bytesKey(hash);
          const expected = present.get(name);
          if (kind === "store") {
            const block = decodeBlock(encodeBlock(header, transactions.slice(-kept)));
            present.set(name, block);
            bytes.stored.set(name, block.raw);
            opened.forget(name);
          } else if (kind === "remove") {
            present.delete(name);
            bytes.stored.delete(name);
            opened.forget(name);
          } else if (kind === "block") {
            expect(opened.block(hash, name)?.raw).toEqual(expected?.raw as Uint8Array);
          } else {
            const found = opened.transaction(hash, name, position);
            if (!expected) expect(found).toBeUndefined();
            else if (position >= expected.transactions.length) expect(found).toBeNull();
            else expect(found?.decode()).toEqual(expected.transactions[position]);
          }
        }
      }),
    );
  });
});
