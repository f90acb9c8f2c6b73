import { compareBytes, toDisplayHash } from "../../../protocol/bytes/index.ts";
import type { OutPoint } from "../../../protocol/primitives/index.ts";
import { addressKeys } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import type { AddressKey, ChainReader, MempoolEntry } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { addressKeyOfScript, addressKeyText, sameAddressKey } from "../shapes/address-key.ts";
import { unstableSort } from "../shapes/unstable-sort.ts";

/** One movement of an address in the pool. */
interface PoolDelta {
  readonly address: AddressKey;
  readonly entry: MempoolEntry;
  /** Input number when spending, else output number. */
  readonly index: number;
  /** The output that an input spends. */
  readonly prevout: OutPoint | null;
  /** Zatoshi, negative when spending. */
  readonly satoshis: bigint;
}

function deltasOf(entry: MempoolEntry, address: AddressKey): PoolDelta[] {
  const { tx, spent } = entry;
  const concerns = (script: Uint8Array) => {
    const key = addressKeyOfScript(script);
    return key !== null && sameAddressKey(key, address);
  };
  const inputs = tx.inputs.flatMap(({ prevout }, index): PoolDelta[] => {
    const output = spent[index];
    return output && concerns(output.script) ? [{ address, entry, index, prevout, satoshis: -output.value }] : [];
  });
  const outputs = tx.outputs.flatMap(({ value, script }, index): PoolDelta[] =>
    concerns(script) ? [{ address, entry, index, prevout: null, satoshis: value }] : [],
  );
  return [...inputs, ...outputs];
}

/** The movements of an address in the order of the reference's table. */
function tableOrder(a: PoolDelta, b: PoolDelta): number {
  const spending = (delta: PoolDelta) => (delta.prevout ? 1 : 0);
  return compareBytes(a.entry.tx.txid, b.entry.tx.txid) || a.index - b.index || spending(a) - spending(b);
}

function deltaShape({ address, entry, index, prevout, satoshis }: PoolDelta, { params }: ChainReader): JsonObject {
  return {
    address: addressKeyText(address, params),
    txid: toDisplayHash(entry.tx.txid),
    index,
    satoshis,
    timestamp: entry.time,
    ...(prevout && satoshis < 0n && { prevtxid: toDisplayHash(prevout.txid), prevout: prevout.index | 0 }),
  };
}

export const getaddressmempool: RpcMethod = {
  name: "getaddressmempool",
  category: "addressindex",
  summary: "Every change of addresses by the memory pool, in zatoshi, by time. Needs the indexes.",
  params: [{ name: "addresses", type: ["object", "string"], description: "one address, or {addresses: [...]}" }],
  result: "an array",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddressmempool");
    const deltas = addressKeys(args, reader).flatMap((address) =>
      reader.mempool
        .ofAddress(address)
        .flatMap((entry) => deltasOf(entry, address))
        .sort(tableOrder),
    );
    unstableSort(deltas, (a, b) => a.entry.time < b.entry.time);
    return deltas.map((delta) => deltaShape(delta, reader));
  }),
};
