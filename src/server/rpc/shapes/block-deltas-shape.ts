import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import {
  type Block,
  type Coin,
  encodeAddress,
  isCoinbase,
  type Transaction,
  type TxInput,
  type TxOutput,
} from "../../../protocol/primitives/index.ts";
import { medianTimePast } from "../../../protocol/rules/index.ts";
import { isPayToPublicKeyHash, isPayToScriptHash } from "../../../protocol/script/index.ts";
import type { ChainReader, HeaderEntry } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { addressKeyOfScript, addressKeyText } from "./address-key.ts";
import { confirmations, neighbourShape, workShape } from "./header-shape.ts";

/** Shown for PON blocks, which have no nonce. */
const NO_NONCE = "0".repeat(64);

function inputDelta({ prevout }: TxInput, index: number, coin: Coin | undefined, { params }: ChainReader): JsonObject {
  if (!coin) throw new RpcError(RpcErrorCode.internal, "Spent information not available");
  const address = addressKeyOfScript(coin.script);
  return {
    address: address ? addressKeyText(address, params) : undefined,
    satoshis: -coin.value,
    index,
    prevtxid: toDisplayHash(prevout.txid),
    // The reference casts it to a signed number.
    prevout: prevout.index | 0,
  };
}

/** Address of the two script forms that the address index knows; empty for all others. */
function indexedAddress(script: Uint8Array, reader: ChainReader): string {
  const { base58 } = reader.params;
  if (isPayToScriptHash(script)) return encodeAddress({ kind: "scripthash", hash: script.subarray(2, 22) }, base58);
  if (isPayToPublicKeyHash(script)) return encodeAddress({ kind: "pubkeyhash", hash: script.subarray(3, 23) }, base58);
  return "";
}

function outputDelta({ value, script }: TxOutput, index: number, reader: ChainReader): JsonObject {
  return { address: indexedAddress(script, reader), satoshis: value, index };
}

function transactionDeltas(tx: Transaction, index: number, spent: readonly Coin[], reader: ChainReader): JsonObject {
  const inputs = isCoinbase(tx) ? [] : tx.inputs;
  return {
    txid: toDisplayHash(tx.txid),
    index,
    inputs: inputs.map((input, i) => inputDelta(input, i, spent[i], reader)),
    outputs: tx.outputs.map((output, i) => outputDelta(output, i, reader)),
  };
}

/**
 * Answer of `getblockdeltas` (spec rpc.md section 2).
 * @throws RpcError -5 for a block off the active chain
 */
export function blockDeltasShape(block: Block, entry: HeaderEntry, reader: ChainReader): JsonObject {
  if (!reader.isActive(entry)) throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Block is an orphan");
  const { header } = block;
  const spent = reader.spentOutputs(entry) ?? [];
  return {
    hash: toDisplayHash(header.hash),
    confirmations: confirmations(entry, reader),
    size: block.raw.length,
    height: entry.height,
    version: header.version,
    merkleroot: toDisplayHash(header.merkleRoot),
    deltas: block.transactions.map((tx, index) => transactionDeltas(tx, index, spent[index - 1] ?? [], reader)),
    time: header.time,
    mediantime: medianTimePast(entry),
    nonce: header.proof.kind === "pow" ? toDisplayHash(header.proof.nonce) : NO_NONCE,
    ...workShape(entry, reader),
    ...neighbourShape(entry, reader),
  };
}
