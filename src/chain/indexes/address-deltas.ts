import { ByteReader, type ByteWriter } from "../../protocol/bytes/index.ts";
import type { AddressDelta } from "../state/chain-reader.ts";

/** Bytes of one stored movement: height, place, txid, number and direction, value. */
const DELTA_SIZE = 52;

export function writeDelta(writer: ByteWriter, delta: AddressDelta): void {
  writer.u32(delta.height).u32(delta.blockIndex).fixed(delta.txid);
  writer.u32(delta.index * 2 + (delta.spending ? 1 : 0)).i64(delta.satoshis);
}

export function readDeltas(bytes: Uint8Array): AddressDelta[] {
  const reader = new ByteReader(bytes);
  const deltas: AddressDelta[] = [];
  while (reader.remaining > 0) {
    const height = reader.u32();
    const blockIndex = reader.u32();
    const txid = reader.fixed(32);
    const code = reader.u32();
    deltas.push({ height, blockIndex, txid, index: code >>> 1, spending: (code & 1) === 1, satoshis: reader.i64() });
  }
  return deltas;
}

/** The movements below a height; movements are in the order of the chain. */
export function deltasBelow(bytes: Uint8Array, height: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length;
  while (end > 0 && view.getUint32(end - DELTA_SIZE, true) >= height) end -= DELTA_SIZE;
  return bytes.subarray(0, end);
}
