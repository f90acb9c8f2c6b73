import { ByteWriter } from "../../protocol/bytes/index.ts";
import { sha256, sipHash24 } from "../../protocol/crypto/index.ts";
import { type BlockHeader, writeHeader } from "../../protocol/primitives/index.ts";

const ID_MASK = 0xffffffffffffn;

/** Computes the 48-bit ids by which one compact block names transactions (spec p2p.md 3.7). */
export function shortIds(header: BlockHeader, nonce: bigint): (txid: Uint8Array) => number {
  const writer = new ByteWriter(2048);
  writeHeader(writer, header);
  const digest = sha256(writer.u64(nonce).finish());
  const view = new DataView(digest.buffer, digest.byteOffset);
  const k0 = view.getBigUint64(0, true);
  const k1 = view.getBigUint64(8, true);
  return (txid) => Number(sipHash24(k0, k1, txid) & ID_MASK);
}
