import { ByteReader, ByteWriter } from "../protocol/bytes/index.ts";
import { decodeDelta, encodeDelta, type NodeDelta } from "../protocol/fluxnodes/index.ts";
import type { SpentCoin } from "./coins/coin-set.ts";
import { readStoredOutput, writeStoredOutput } from "./coins/transaction-coins.ts";

/** Everything that disconnecting a block needs besides the block itself. */
export interface BlockUndo {
  /** Per transaction after the coinbase, per input. */
  readonly spent: readonly (readonly SpentCoin[])[];
  readonly nodes: NodeDelta;
}

/** Shortest stored coin: version, height, value, script form, empty script. */
const MINIMUM_COIN_SIZE = 18;

export function encodeUndo(undo: BlockUndo): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.compactSize(undo.spent.length);
  for (const inputs of undo.spent) {
    writer.compactSize(inputs.length);
    for (const coin of inputs) {
      writer.u32(coin.txVersion).u32(coin.height * 2 + (coin.coinbase ? 1 : 0));
      writeStoredOutput(writer, coin);
    }
  }
  writer.varBytes(encodeDelta(undo.nodes));
  return writer.finish();
}

function readCoin(reader: ByteReader): SpentCoin {
  const txVersion = reader.u32();
  const code = reader.u32();
  return { ...readStoredOutput(reader), height: code >>> 1, coinbase: (code & 1) === 1, txVersion };
}

/** @throws DecodeError for a damaged record. */
export function decodeUndo(bytes: Uint8Array): BlockUndo {
  const reader = new ByteReader(bytes);
  const transactions = reader.count(1);
  const spent: SpentCoin[][] = [];
  for (let i = 0; i < transactions; i++) {
    const inputs = reader.count(MINIMUM_COIN_SIZE);
    const coins: SpentCoin[] = [];
    for (let j = 0; j < inputs; j++) coins.push(readCoin(reader));
    spent.push(coins);
  }
  return { spent, nodes: decodeDelta(reader.varBytes()) };
}
