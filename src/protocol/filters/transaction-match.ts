import { ByteWriter } from "../bytes/index.ts";
import { type OutPoint, type Transaction, writeOutPoint } from "../primitives/index.ts";
import { classifyScript, ScriptReader } from "../script/index.ts";
import { type BloomFilter, FilterUpdate } from "./bloom-filter.ts";

/**
 * True if a filter is about a transaction: its id, data in its outputs' scripts, what it spends, or data in its inputs' scripts.
 * As the filter asks for it, outputs that match are put into the filter, so that their spenders match, too.
 */
export function matchTransaction(filter: BloomFilter, tx: Transaction): boolean {
  if (filter.matchesAll) return true;
  if (filter.matchesNothing) return false;
  let found = filter.contains(tx.txid);
  for (const [index, { script }] of tx.outputs.entries()) {
    if (!matchesScript(filter, script)) continue;
    found = true;
    if (watchesOutput(filter, script)) filter.insert(outPointBytes({ txid: tx.txid, index }));
  }
  if (found) return true;
  return tx.inputs.some(
    ({ prevout, scriptSig }) => filter.contains(outPointBytes(prevout)) || matchesScript(filter, scriptSig),
  );
}

function matchesScript(filter: BloomFilter, script: Uint8Array): boolean {
  const reader = new ScriptReader(script);
  while (reader.next() >= 0) if (reader.dataLength > 0 && filter.contains(reader.data())) return true;
  return false;
}

function watchesOutput(filter: BloomFilter, script: Uint8Array): boolean {
  if (filter.update === FilterUpdate.all) return true;
  if (filter.update !== FilterUpdate.publicKeyOnly) return false;
  const { type, matched } = classifyScript(script);
  return matched && (type === "pubkey" || type === "multisig");
}

function outPointBytes(outpoint: OutPoint): Uint8Array {
  const writer = new ByteWriter(36);
  writeOutPoint(writer, outpoint);
  return writer.finish();
}
