import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { isCoinbase, type Transaction, type TxInput, type TxOutput } from "../../../protocol/primitives/index.ts";
import { scriptToAsm } from "../../../protocol/script/index.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import { Amount, type JsonObject } from "../json-writer.ts";
import { addressKeyText } from "./address-key.ts";
import { fluxnodeTransactionShape } from "./fluxnode-transaction-shape.ts";
import { scriptShape } from "./script-shape.ts";
import { shieldedShape } from "./shielded-shape.ts";
import { spentOutput } from "./spent-output.ts";
import { hexWord } from "./text.ts";

/** What a transaction's JSON needs of the chain: address prefixes, and the spent index where it is kept. */
export type SpentSource = Pick<ChainReader, "params" | "indexes" | "spent" | "mempool">;

/** What the output that an input spends was worth, if the index knows. */
function spentOutputShape({ prevout }: TxInput, source: SpentSource): JsonObject {
  const spent = source.indexes ? spentOutput(source, prevout) : undefined;
  if (!spent) return {};
  return {
    value: new Amount(spent.satoshis),
    valueSat: spent.satoshis,
    address: spent.address ? addressKeyText(spent.address, source.params) : undefined,
  };
}

function inputShape(input: TxInput, coinbase: boolean, source: SpentSource): JsonObject {
  if (coinbase) return { coinbase: toHex(input.scriptSig), sequence: input.sequence };
  return {
    txid: toDisplayHash(input.prevout.txid),
    vout: input.prevout.index,
    scriptSig: { asm: scriptToAsm(input.scriptSig, true), hex: toHex(input.scriptSig) },
    ...spentOutputShape(input, source),
    sequence: input.sequence,
  };
}

function outputShape({ value, script }: TxOutput, txid: Uint8Array, index: number, source: SpentSource): JsonObject {
  const spent = source.indexes ? spentOutput(source, { txid, index }) : undefined;
  return {
    value: new Amount(value),
    valueZat: value,
    valueSat: value,
    n: index,
    scriptPubKey: scriptShape(script, source.params.base58),
    ...(spent && { spentTxId: toDisplayHash(spent.txid), spentIndex: spent.inputIndex, spentHeight: spent.height }),
  };
}

function ordinaryShape(tx: Transaction, source: SpentSource): JsonObject {
  const { overwintered } = tx;
  const coinbase = isCoinbase(tx);
  return {
    overwintered,
    versiongroupid: overwintered ? hexWord(tx.versionGroupId) : undefined,
    locktime: tx.lockTime,
    expiryheight: overwintered ? tx.expiryHeight : undefined,
    vin: tx.inputs.map((input) => inputShape(input, coinbase, source)),
    vout: tx.outputs.map((output, index) => outputShape(output, tx.txid, index, source)),
    ...shieldedShape(tx),
  };
}

/** A transaction as `decoderawtransaction` and `getblock` show it (spec rpc.md section 4). */
export function transactionShape(tx: Transaction, source: SpentSource): JsonObject {
  return {
    txid: toDisplayHash(tx.txid),
    version: tx.version,
    ...(tx.fluxnode ? fluxnodeTransactionShape(tx, tx.fluxnode) : ordinaryShape(tx, source)),
  };
}

/** Where a transaction stands: the fields that `getrawtransaction` adds. */
export function placeShape(entry: HeaderEntry, reader: ChainReader): JsonObject {
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
