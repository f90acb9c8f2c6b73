import { DecodeError, equalBytes, fromHex, toHex } from "../protocol/bytes/index.ts";
import { MAX_BLOCK_SIZE } from "../protocol/rules/index.ts";
import { ByteFeed } from "./byte-feed.ts";

/** One block of a file, not decoded yet, or what is wrong with the file at that place; nothing comes after damage. */
export type BlockRecord = BlockBytes | BlockDamage;

export interface BlockBytes {
  /** For people: "line 7" or "block 12 at byte 12345". */
  readonly place: string;
  readonly raw: Uint8Array;
}

export interface BlockDamage {
  readonly place: string;
  readonly damage: string;
}

const MAX_LINE_LENGTH = 2 * MAX_BLOCK_SIZE;
/** Magic and length in front of a block. */
const RECORD_HEAD = 8;
/** Anything but control characters, white space excepted. */
const TEXT_START = /^[\t\n\r -~]*$/;

/**
 * The blocks of a file in one of two formats, told apart by the first bytes: one raw block in hex per line, blank lines ignored;
 * or the daemon's bootstrap.dat, records of network magic, length (32 bits, little endian) and block with zeros between them.
 *
 * @param pieces content of the file, unpacked
 * @param magic the network's four wire bytes
 */
export async function* readBlockFile(
  pieces: AsyncIterable<Uint8Array>,
  magic: Uint8Array,
): AsyncGenerator<BlockRecord> {
  const feed = new ByteFeed(pieces);
  if (magic[0] !== 0) await feed.skipZeros();
  const start = await feed.peek(magic.length);
  if (equalBytes(start, magic)) yield* readRecords(feed, magic);
  else if (feed.offset === 0 && TEXT_START.test(Buffer.from(start).toString("latin1"))) yield* readLines(feed);
  else if (start.length > 0) {
    const expected = `lines of hex digits, nor a bootstrap file of this network, which starts with ${toHex(magic)}`;
    yield { place: `byte ${feed.offset}`, damage: `the file starts with ${toHex(start)}: it is neither ${expected}` };
  }
}

async function* readLines(feed: ByteFeed): AsyncGenerator<BlockRecord> {
  for (let number = 1; ; number++) {
    const line = await feed.takeLine(MAX_LINE_LENGTH + 1);
    if (line === null) return;
    const place = `line ${number}`;
    const text = Buffer.from(line.bytes).toString("latin1").trim();
    if (!line.complete || text.length > MAX_LINE_LENGTH) {
      yield { place, damage: `the line is longer than a block of ${MAX_BLOCK_SIZE} bytes can be` };
      return;
    }
    if (text === "") continue;
    const raw = bytesOfHex(text);
    if (raw === null) {
      yield { place, damage: hexDamage(text) };
      return;
    }
    yield { place, raw };
  }
}

function bytesOfHex(text: string): Uint8Array | null {
  try {
    return fromHex(text);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function hexDamage(text: string): string {
  const position = text.search(/[^0-9a-f]/i);
  if (position < 0) return "the line has an odd number of hex digits";
  return `${JSON.stringify(text[position])} at position ${position + 1} is no hex digit`;
}

async function* readRecords(feed: ByteFeed, magic: Uint8Array): AsyncGenerator<BlockRecord> {
  for (let number = 1; ; number++) {
    if (magic[0] !== 0) await feed.skipZeros();
    const place = `block ${number} at byte ${feed.offset}`;
    const head = await feed.take(RECORD_HEAD);
    if (head.length === 0) return;
    const damage = headDamage(head, magic);
    if (damage !== null) {
      yield { place, damage };
      return;
    }
    const length = Buffer.from(head).readUInt32LE(magic.length);
    const raw = await feed.take(length);
    if (raw.length < length) {
      yield { place, damage: `the file ends inside the block, after ${raw.length} of ${length} bytes` };
      return;
    }
    yield { place, raw };
  }
}

function headDamage(head: Uint8Array, magic: Uint8Array): string | null {
  const found = head.subarray(0, magic.length);
  if (!equalBytes(found, magic)) return `expected the network magic ${toHex(magic)}, found ${toHex(found)}`;
  if (head.length < RECORD_HEAD) return "the file ends inside the length of a block";
  const length = Buffer.from(head).readUInt32LE(magic.length);
  return length > MAX_BLOCK_SIZE ? `it claims ${length} bytes; a block has at most ${MAX_BLOCK_SIZE}` : null;
}
