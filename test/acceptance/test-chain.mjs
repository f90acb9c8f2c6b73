import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { fluxnode } from "./run-fluxnode.mjs";

/** A chain that the reference daemon made, with every upgrade within 1420 blocks. */
export const SET = join(dirname(fileURLToPath(import.meta.url)), "../vectors/fluxd/regtest-a");
export const NETWORK = ["--network", join(SET, "network.json")];
export const PACKED_BLOCKS = join(SET, "blocks.hex.gz");
export const BLOCKS_TEXT = gunzipSync(readFileSync(PACKED_BLOCKS)).toString();
/** Blocks in hex from height 1 on. */
export const BLOCKS = BLOCKS_TEXT.trim().split("\n");
export const MAGIC = Buffer.from("aae83f5f", "hex");
/** Recorded by the daemon. */
export const TIP = { height: 1420, hash: "b6aee2ad8492ba16191bfe8b8f2b75c0bc05c1e0364d28a9d6eed10fad61b045" };

/** The daemon's bootstrap.dat: magic, length and block, with zeros after every hundredth. */
export function bootstrapFile(blocks = BLOCKS) {
  const records = blocks.map((hex, index) => {
    const block = Buffer.from(hex, "hex");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(block.length);
    return Buffer.concat([MAGIC, length, block, Buffer.alloc(index % 100 === 99 ? 17 : 0)]);
  });
  return Buffer.concat(records);
}

/** Runs `chain import` with JSON output and parses what it said. */
export async function importBlocks(folder, file, { args = [], ...options } = {}) {
  const command = ["chain", "import", file, "--json", "--datadir", folder, ...NETWORK, ...args];
  const { code, stdout, stderr } = await fluxnode(command, options);
  return { code, result: stdout ? JSON.parse(stdout) : null, error: stderr ? JSON.parse(stderr).error : null };
}
