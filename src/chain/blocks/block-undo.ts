import { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";
import { decodeDelta, encodeDelta, type NodeDelta } from "../../protocol/fluxnodes/index.ts";
import type { SpentCoin } from "../coins/coin-set.ts";
import { readStoredOutput, skipStoredOutput, writeStoredOutput } from "../coins/transaction-coins.ts";

/** Everything that disconnecting a block needs besides the block itself. */
export interface BlockUndo {
  /** Per transaction after the coinbase, per input. */
  readonly spent: readonly (readonly SpentCoin[])[];
  readonly nodes: NodeDelta;
}

/** Shortest stored coin: version, height, value, script form, empty script. */
const MINIMUM_COIN_SIZE = 18;
/** Version, and height with the coinbase flag. */
const COIN_HEAD_SIZE = 8;

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

/**
 * What the transaction at a position spent, per input; nothing for the coinbase.
 * @throws DecodeError for a damaged record.
 */
export function decodeSpentBy(bytes: Uint8Array, position: number): SpentCoin[] {
  const reader = new ByteReader(bytes);
  if (position < 1 || position > reader.count(1)) return [];
  for (let before = position - 1; before > 0; before--) {
    for (let left = reader.count(MINIMUM_COIN_SIZE); left > 0; left--) {
      reader.skip(COIN_HEAD_SIZE);
      skipStoredOutput(reader);
    }
  }
  const coins: SpentCoin[] = [];
  for (let left = reader.count(MINIMUM_COIN_SIZE); left > 0; left--) coins.push(readCoin(reader));
  return coins;
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
