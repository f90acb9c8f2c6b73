import { FluxError } from "../platform/index.ts";
import { equalBytes, fromHex } from "../protocol/bytes/index.ts";
import { decodeHeader } from "../protocol/primitives/index.ts";

/** Text collected before it is written. */
const CHUNK_LENGTH = 1 << 20;

/**
 * The blocks of the active chain between two heights, both included, as lines of hex in large chunks.
 *
 * @param blockAt raw block in hex at a height
 * @throws FluxError chain-reorganised when the chain changed below; what `blockAt` throws
 */
export async function* exportLines(
  blockAt: (height: number) => Promise<string>,
  from: number,
  to: number,
): AsyncGenerator<string> {
  let text = "";
  let previous: Uint8Array | null = null;
  for (let height = from; height <= to; height++) {
    const hex = await blockAt(height);
    const header = decodeHeader(fromHex(hex));
    if (previous !== null && !equalBytes(header.prevHash, previous)) {
      throw new FluxError("chain-reorganised", `the chain changed at height ${height} while it was exported`, {
        hint: "nothing was written; run the command again",
      });
    }
    previous = header.hash;
    text += `${hex}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
