import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "../../../../src/protocol/bytes/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { decodeTransaction, type Transaction } from "../../../../src/protocol/primitives/index.ts";

export const MAIN = builtInNetwork("main") as NetworkParams;

/** A JSON file of test/vectors. */
export function readVectors<T>(path: string): T {
  return JSON.parse(readFileSync(join(import.meta.dir, "../../../vectors", path), "utf8")) as T;
}

interface InputItem {
  readonly coinbase?: string;
  readonly txid?: string;
  readonly vout?: number;
  readonly scriptSig?: string;
  readonly sequence: number;
  readonly prevValueZat?: number;
  readonly prevAddress?: string;
  readonly prevScript?: string;
  readonly sighash?: string;
}

/** A transaction with what the sources say about it. Hashes as displayed. */
export interface TransactionItem {
  readonly txid: string;
  readonly version: number;
  readonly size: number;
  readonly hex: string;
  readonly kind: string;
  readonly height?: number;
  readonly branchId?: string;
  readonly locktime?: number;
  readonly expiryHeight?: number;
  readonly valueBalance?: number;
  readonly saplingSpends?: number;
  readonly saplingOutputs?: number;
  readonly joinSplits?: number;
  readonly coinbaseHeight?: number;
  readonly inputs?: readonly InputItem[];
  readonly outputs?: readonly { valueZat: number; script: string; address: string }[];
  readonly fullHash?: string;
  readonly collateral?: { txid: string; vout: number };
  readonly sigTime?: number;
  readonly sig?: string;
  readonly collateralPubkey?: string;
  readonly nodePubkey?: string;
  readonly redeemScript?: string;
  readonly fluxTxVersion?: number;
  readonly signatureValid?: boolean;
  readonly recoveredPubkey?: string;
  readonly benchmarkTier?: number;
  readonly benchmarkSigTime?: number;
  readonly benchmarkSig?: string;
  readonly updateType?: number;
  readonly ip?: string;
  readonly nodeMessage?: string;
  readonly nodePubkeyRecovered?: string;
  readonly verified: readonly string[];
}

export interface BlockItem {
  readonly height: number;
  readonly hash: string;
  readonly version: number;
  readonly size: number;
  readonly prevHash: string;
  readonly merkleRoot: string;
  readonly finalSaplingRoot: string;
  readonly time: number;
  readonly bits: string;
  readonly raw: string;
  readonly nextHash?: string;
  readonly chainwork?: string;
  readonly collateral?: { txid: string; vout: number };
  readonly blockSig?: string;
  readonly slot?: number;
  readonly ponHash?: string;
  readonly blockSigRecoveredPubkeyCandidates?: readonly string[];
  readonly transactions: readonly TransactionItem[];
}

/** A Proof-of-Node block of which the source shows no more than the beginning of the collateral's txid. */
export interface PartialBlockItem extends Omit<BlockItem, "hash" | "raw" | "size"> {
  readonly blockHash: string;
  readonly blockSize: number;
  readonly collateralPrefix: string;
  readonly complete: boolean;
}

export interface HeaderItem {
  readonly network: string;
  readonly height: number | null;
  readonly n: number;
  readonly k: number;
  readonly hash: string;
  readonly header: string;
  readonly version: number;
  readonly prevHash: string;
  readonly merkleRoot: string;
  readonly finalSaplingRoot: string;
  readonly time: number;
  readonly bits: string;
  readonly nonce: string;
  readonly solution: string;
  readonly txids?: readonly string[];
  readonly chainwork?: string;
  readonly difficulty?: number;
  readonly checkpoint?: boolean;
}

const itemsOf = <T>(path: string) => readVectors<{ items: readonly T[] }>(path).items;

export const BLOCKS = itemsOf<BlockItem>("mainnet/blocks.json");
export const PARTIAL_BLOCKS = itemsOf<PartialBlockItem>("mainnet/pon-block-transactions.json");
export const HEADERS = itemsOf<HeaderItem>("mainnet/headers-pow.json");

interface ReadTransaction {
  readonly item: TransactionItem;
  readonly tx: Transaction;
}

/** Every transaction of the main network that the vectors hold. */
export const TRANSACTIONS: readonly ReadTransaction[] = [
  ...itemsOf<TransactionItem>("mainnet/transactions.json"),
  ...BLOCKS.flatMap((block) => block.transactions),
  ...PARTIAL_BLOCKS.flatMap((block) => block.transactions),
].map((item) => ({ item, tx: decodeTransaction(fromHex(item.hex)) }));

/** Names of fields that an item has and nobody knows how to check. */
export function unknownFields(item: object, known: readonly string[]): string[] {
  const prose = ["source", "verified", "notes", "status"];
  return Object.keys(item).filter((name) => !known.includes(name) && !prose.includes(name));
}
