import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import {
  amountTexts,
  type Coin,
  isCoinbase,
  type Transaction,
  type TxInput,
  type TxOutput,
} from "../../../protocol/primitives/index.ts";
import { scriptTexts } from "../../../protocol/script/index.ts";
import type { AddressKey, ChainReader, HeaderEntry, Spender } from "../context.ts";
import { type JsonObject, type JsonValue, RawJson } from "../json-writer.ts";
import { addressKeyOfScript, addressKeyText } from "./address-key.ts";
import { fluxnodeTransactionShape } from "./fluxnode-transaction-shape.ts";
import { scriptJson } from "./script-shape.ts";
import { shieldedShape } from "./shielded-shape.ts";
import { outPointsOf, spendersOf, spentOutput } from "./spent-output.ts";
import { hexWord } from "./text.ts";

/** What a transaction's JSON needs of the chain: address prefixes, and the spent index where it is kept. */
export type SpentSource = Pick<ChainReader, "params" | "indexes" | "spent" | "spenders" | "mempool">;

/** What the indexes say of a transaction. */
export interface KnownSpending {
  /** The outputs that its inputs spent, if it is in a block of the active chain. */
  readonly spent: readonly Coin[] | undefined;
  /** Who spent each of its outputs. */
  readonly spenders: readonly (Spender | undefined)[];
}

const NOTHING: Worth = { satoshis: undefined, address: null };

interface Worth {
  readonly satoshis: bigint | undefined;
  readonly address: AddressKey | null;
}

/** What an input's output was worth and whose it was, as far as the indexes know. */
function worthOf({ prevout }: TxInput, coin: Coin | undefined, source: SpentSource): Worth {
  if (coin) return { satoshis: coin.value, address: addressKeyOfScript(coin.script) };
  return (source.indexes && spentOutput(source, prevout)) || NOTHING;
}

/** Inputs and outputs make up most of a block's JSON, so they are written as text at once. */
function inputJson(input: TxInput, coin: Coin | undefined, source: SpentSource): RawJson {
  const { prevout, scriptSig, sequence } = input;
  const { satoshis, address } = worthOf(input, coin, source);
  const worth = satoshis === undefined ? "" : worthJson(satoshis);
  const owner = address ? `"address":"${addressKeyText(address, source.params)}",` : "";
  const { asm, hex } = scriptTexts(scriptSig, true);
  return new RawJson(
    `{"txid":"${toDisplayHash(prevout.txid)}","vout":${prevout.index},"scriptSig":{"asm":"${asm}","hex":"${hex}"},` +
      `${worth}${owner}"sequence":${sequence}}`,
  );
}

function worthJson(satoshis: bigint): string {
  const { coins, zatoshi } = amountTexts(satoshis);
  return `"value":${coins},"valueSat":${zatoshi},`;
}

function spenderJson({ txid, inputIndex, height }: Spender): string {
  return `,"spentTxId":"${toDisplayHash(txid)}","spentIndex":${inputIndex},"spentHeight":${height}`;
}

function outputJson(
  { value, script }: TxOutput,
  index: number,
  spender: Spender | undefined,
  { params }: SpentSource,
): RawJson {
  const { coins, zatoshi } = amountTexts(value);
  return new RawJson(
    `{"value":${coins},"valueZat":${zatoshi},"valueSat":${zatoshi},"n":${index},` +
      `"scriptPubKey":${scriptJson(script, params.base58)}${spender ? spenderJson(spender) : ""}}`,
  );
}

function inputShapes(tx: Transaction, spent: readonly Coin[] | undefined, source: SpentSource): JsonValue[] {
  if (!isCoinbase(tx)) return tx.inputs.map((input, i) => inputJson(input, spent?.[i], source));
  return tx.inputs.map(({ scriptSig, sequence }) => ({ coinbase: toHex(scriptSig), sequence }));
}

function ordinaryShape(tx: Transaction, source: SpentSource, { spent, spenders }: KnownSpending): JsonObject {
  const { overwintered } = tx;
  return {
    txid: toDisplayHash(tx.txid),
    version: tx.version,
    overwintered,
    versiongroupid: overwintered ? hexWord(tx.versionGroupId) : undefined,
    locktime: tx.lockTime,
    expiryheight: overwintered ? tx.expiryHeight : undefined,
    vin: inputShapes(tx, spent, source),
    vout: tx.outputs.map((output, index) => outputJson(output, index, spenders[index], source)),
    ...shieldedShape(tx),
  };
}

/** The outputs' spenders alone: what the indexes say of a transaction that need not be in a block. */
function looseSpending(tx: Transaction, source: SpentSource): KnownSpending {
  return { spent: undefined, spenders: source.indexes ? spendersOf(outPointsOf(tx), source) : [] };
}

/**
 * A transaction as `decoderawtransaction` and `getblock` show it (spec rpc.md section 4).
 * @param known what the indexes say of it, if that was looked up before
 */
export function transactionShape(tx: Transaction, source: SpentSource, known?: KnownSpending): JsonObject {
  if (!tx.fluxnode) return ordinaryShape(tx, source, known ?? looseSpending(tx, source));
  return { txid: toDisplayHash(tx.txid), version: tx.version, ...fluxnodeTransactionShape(tx, tx.fluxnode) };
}

/** A transaction that was found in a block, or in the memory pool. */
export interface FoundTransaction {
  readonly transaction: Transaction;
  readonly entry?: HeaderEntry;
  /** Position in the block. */
  readonly index?: number;
}

/** A transaction with the place where it was found, as `getrawtransaction` shows it. */
export function placedTransactionShape({ transaction: tx, entry, index }: FoundTransaction, reader: ChainReader) {
  if (!entry || index === undefined) return transactionShape(tx, reader);
  const known = looseSpending(tx, reader);
  const spent = reader.indexes && reader.isActive(entry) ? reader.spentBy(entry, index) : undefined;
  return { ...transactionShape(tx, reader, { ...known, spent }), ...placeShape(entry, reader) };
}

/** Where a transaction stands. */
function placeShape(entry: HeaderEntry, reader: ChainReader): JsonObject {
  const blockhash = toDisplayHash(entry.hash);
  if (!reader.isActive(entry)) return { blockhash, height: -1, confirmations: 0 };
  return {
    blockhash,
    height: entry.height,
    confirmations: reader.tip.height - entry.height + 1,
    time: entry.time,
    blocktime: entry.time,
  };
}
