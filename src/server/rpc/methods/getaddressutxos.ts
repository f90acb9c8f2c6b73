import { compareBytes, toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { addressKeys, addressOption } from "../address-parameters.ts";
import { requireIndexes } from "../block-lookup.ts";
import type { AddressKey, AddressUtxo, ChainReader } from "../context.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import type { JsonObject } from "../json-writer.ts";
import { addressKeyText } from "../shapes/address-key.ts";
import { unstableSort } from "../shapes/unstable-sort.ts";

/** The bytes of an index as the reference's database orders them: lowest byte first. */
function databaseIndex(index: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, index, true);
  return view.getUint32(0);
}

interface Row {
  readonly key: AddressKey;
  readonly utxo: AddressUtxo;
}

/** Unspent outputs of an address in the order of the reference's database, where their sorting by height starts. */
function databaseRows(key: AddressKey, reader: ChainReader): Row[] {
  return reader
    .addressUtxos(key)
    .sort(
      ({ outpoint: a }, { outpoint: b }) =>
        compareBytes(a.txid, b.txid) || databaseIndex(a.index) - databaseIndex(b.index),
    )
    .map((utxo) => ({ key, utxo }));
}

function utxoShape({ key, utxo }: Row, reader: ChainReader): JsonObject {
  return {
    address: addressKeyText(key, reader.params),
    txid: toDisplayHash(utxo.outpoint.txid),
    outputIndex: utxo.outpoint.index,
    script: toHex(utxo.script),
    satoshis: utxo.satoshis,
    height: utxo.height,
  };
}

export const getaddressutxos: RpcMethod = {
  name: "getaddressutxos",
  category: "addressindex",
  summary: "Unspent outputs of addresses, by height. Needs the indexes.",
  params: [
    { name: "addresses", type: ["object", "string"], description: "one address, or {addresses: [...], chainInfo}" },
  ],
  result: "an array; with chainInfo an object with utxos, hash and height of the tip",
  call: reading((reader, args) => {
    requireIndexes(reader, "getaddressutxos");
    const chainInfo = addressOption(args, "chainInfo");
    const rows = addressKeys(args, reader).flatMap((key) => databaseRows(key, reader));
    unstableSort(rows, (a, b) => a.utxo.height < b.utxo.height);
    const utxos = rows.map((row) => utxoShape(row, reader));
    return chainInfo ? { utxos, hash: toDisplayHash(reader.tip.hash), height: reader.tip.height } : utxos;
  }),
};
