import { type MempoolEntry, makeEntry } from "../../../../src/chain/mempool/mempool-entry.ts";
import {
  type Coin,
  makeTransaction,
  type OutPoint,
  transparentFields,
} from "../../../../src/protocol/primitives/index.ts";

const SCRIPT = Uint8Array.from([0x76, 0xa9, 20, ...new Array(20).fill(7), 0x88, 0xac]);

export interface EntryPlan {
  /** Zatoshi. */
  readonly fee: bigint;
  readonly inputs?: readonly OutPoint[];
  readonly outputs?: number;
  /** Of the tip at arrival. */
  readonly height?: number;
  /** Of the coins that are spent. */
  readonly coinHeight?: number;
  readonly value?: bigint;
  readonly scriptSize?: number;
}

let made = 0;

/** An output that nothing else in the tests spends. */
export function freshOutPoint(): OutPoint {
  const txid = new Uint8Array(32);
  new DataView(txid.buffer).setUint32(0, ++made);
  return { txid, index: 0 };
}

/** A pool entry whose transaction was signed by nobody; who keeps entries does not look at that. */
export function entryOf(plan: EntryPlan): MempoolEntry {
  const { fee, inputs = [freshOutPoint()], outputs = 1, height = 200, coinHeight = 100, value = 1_000_000n } = plan;
  const scriptSig = new Uint8Array(plan.scriptSize ?? 107);
  const total = value * BigInt(inputs.length) - fee;
  const spent = inputs.map((prevout) => ({ prevout, scriptSig, sequence: 0xffffffff }));
  const paid = Array.from({ length: outputs }, (_, i) => ({
    value: i === 0 ? total - BigInt(outputs - 1) : 1n,
    script: SCRIPT,
  }));
  const tx = makeTransaction(transparentFields(true, spent, paid));
  const coins = inputs.map((): Coin => ({ value, script: SCRIPT, height: coinHeight, coinbase: false }));
  return makeEntry(tx, { coins, time: 1_767_400_000, height, independent: true, branchId: 1 });
}
