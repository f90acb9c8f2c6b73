import { ByteWriter } from "../../protocol/bytes/index.ts";
import { equalOutPoints, type FluxnodeStart, type OutPoint, writeOutPoint } from "../../protocol/primitives/index.ts";
import type { ChainReader, RpcChain } from "./context.ts";

/** Blocks that are looked through before others get their turn at the chain. */
const PIECE = 500;

function startIn(reader: ChainReader, height: number, collateral: OutPoint, bytes: Buffer): FluxnodeStart | null {
  const entry = reader.entryAt(height);
  const raw = entry && reader.rawBlock(entry);
  // Nearly no block names the collateral, and finding that out is far cheaper than decoding it.
  if (!raw || !Buffer.from(raw.buffer, raw.byteOffset, raw.length).includes(bytes)) return null;
  for (const { fluxnode } of reader.block(entry)?.transactions ?? []) {
    if (fluxnode?.kind !== "start" || !equalOutPoints(fluxnode.collateral, collateral)) continue;
    const { publicKey, collateralPublicKey, redeemScript } = fluxnode;
    if (publicKey.length > 0 && (collateralPublicKey.length > 0 || redeemScript.length > 0)) return fluxnode;
  }
  return null;
}

/** The newest START of a collateral in the active chain; null if there is none. It may take long, but holds nobody up. */
export async function previousStart(chain: RpcChain, collateral: OutPoint): Promise<FluxnodeStart | null> {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, collateral);
  const bytes = Buffer.from(writer.finish());
  const least = Math.max(0, chain.params.heights.kamata);
  for (let from = chain.height; from >= least; from -= PIECE) {
    const found = await chain.read((reader) => {
      for (let height = from; height > from - PIECE && height >= least; height--) {
        const start = startIn(reader, height, collateral, bytes);
        if (start) return start;
      }
      return null;
    });
    if (found) return found;
  }
  return null;
}
