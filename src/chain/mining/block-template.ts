import type { Payee } from "../../protocol/fluxnodes/index.ts";
import { payeesAt } from "../../protocol/fluxnodes/index.ts";
import { isPonHeight, type NetworkParams } from "../../protocol/params/index.ts";
import {
  type Block,
  type BlockHeaderFields,
  encodeBlock,
  makeHeader,
  NULL_OUTPOINT,
  type OutPoint,
  PON_BLOCK_VERSION,
  type PonProof,
  type PowProof,
  type Transaction,
} from "../../protocol/primitives/index.ts";
import {
  coinbaseOutputs,
  medianTimePast,
  nextPonBits,
  nextPowBits,
  type SpecialPayment,
  specialPayments,
  tierAmount,
  transactionsRoot,
} from "../../protocol/rules/index.ts";
import { countLegacySigops } from "../../protocol/script/index.ts";
import type { HeaderNode } from "../headers/index.ts";
import type { ChainState } from "../state/chain-state.ts";
import type { HeaderEntry } from "../state/header-entry.ts";
import { makeCoinbase } from "./coinbase.ts";
import { type BlockSpace, type ChosenTransaction, selectTransactions } from "./select-transactions.ts";
import type { TransactionSource } from "./transaction-source.ts";

const EMPTY = new Uint8Array(0);
const POW_BLOCK_VERSION = 4;

/** What a new block is to be like. */
export interface TemplateWishes {
  readonly source: TransactionSource;
  /** How much room there is; default: the reference's. */
  readonly space?: BlockSpace | undefined;
  /** Where the miner's share goes before PON. */
  readonly producerScript: Uint8Array;
  /** Network-adjusted Unix time. */
  readonly now: number;
  /** Of a PON block; the null outpoint if its producer is not known yet. */
  readonly collateral?: OutPoint;
  /** Unix time of a PON block; default: now, or just after the parent. */
  readonly time?: number;
}

/** The node that a template pays for one tier. */
export interface TemplatePayout extends Payee {
  /** Zatoshi. */
  readonly amount: bigint;
}

/** A block on top of the tip that lacks its proof: nonce and solution, or signature. */
export interface BlockTemplate {
  readonly parent: HeaderEntry;
  readonly height: number;
  readonly header: BlockHeaderFields;
  readonly coinbase: Transaction;
  readonly coinbaseSigops: number;
  /** After the coinbase. */
  readonly transactions: readonly ChosenTransaction[];
  /** Sum of the fees, zatoshi. */
  readonly fees: bigint;
  readonly payouts: readonly TemplatePayout[];
  readonly specialPayments: readonly SpecialPayment[];
}

/** Earliest Unix time of a block on top of another: after the median time past, or from PON on after the parent. */
export function minimumTime(parent: HeaderEntry, params: NetworkParams): number {
  return (isPonHeight(params, parent.height + 1) ? parent.time : medianTimePast(parent)) + 1;
}

/** The header of a template brought to the present. On some networks its target depends on the time. */
export function refreshedHeader(template: BlockTemplate, now: number, params: NetworkParams): BlockHeaderFields {
  const { header, parent } = template;
  const time = Math.max(minimumTime(parent, params), now);
  return header.proof.kind === "pon"
    ? { ...header, time }
    : { ...header, time, bits: nextPowBits(parent, params, time) };
}

/** The block that a template becomes with its proof, or with another header. */
export function completeBlock(
  template: BlockTemplate,
  header: BlockHeaderFields,
  proof: PowProof | PonProof = header.proof,
): Block {
  const complete = makeHeader({ ...header, proof });
  const transactions = [template.coinbase, ...template.transactions.map(({ tx }) => tx)];
  return { header: complete, transactions, raw: encodeBlock(complete, transactions) };
}

/**
 * Builds a block on top of the tip as the reference's miner does (spec block-and-pow.md section 8, fluxnodes.md 9.4). It is not
 * tested.
 * @param excluded `bytesKey` of txids that must not be in it
 */
export function buildTemplate(
  state: ChainState,
  wishes: TemplateWishes,
  excluded: ReadonlySet<string> = new Set(),
): BlockTemplate {
  const { params } = state;
  const parent = state.active.tip as HeaderNode;
  const height = parent.height + 1;
  const transactions = selectTransactions(state, wishes.source, medianTimePast(parent), excluded, wishes.space);
  const fees = transactions.reduce((sum, { fee }) => sum + fee, 0n);
  const payees = payeesAt(state.nodes, height, params, state.coins);
  const outputs = coinbaseOutputs(height, fees, payees, wishes.producerScript, params);
  const coinbase = makeCoinbase(height, outputs, params);
  const all = [coinbase, ...transactions.map(({ tx }) => tx)];
  return {
    parent,
    height,
    header: {
      prevHash: parent.hash,
      merkleRoot: transactionsRoot(all).root,
      finalSaplingRoot: saplingRootAfter(state, all),
      ...timeAndProof(parent, wishes, params),
    },
    coinbase,
    coinbaseSigops: countLegacySigops(coinbase),
    transactions,
    fees,
    payouts: payees.map((payee) => ({ ...payee, amount: tierAmount(height, payee.tier, params) })),
    specialPayments: specialPayments(height, params),
  };
}

function timeAndProof(parent: HeaderNode, wishes: TemplateWishes, params: NetworkParams) {
  const earliest = Math.max(minimumTime(parent, params), wishes.now);
  if (isPonHeight(params, parent.height + 1)) {
    const collateral = wishes.collateral ?? NULL_OUTPOINT;
    return {
      version: PON_BLOCK_VERSION,
      time: wishes.time ?? earliest,
      bits: nextPonBits(parent, params),
      proof: { kind: "pon", collateral, signature: EMPTY } as const,
    };
  }
  return {
    version: POW_BLOCK_VERSION,
    time: earliest,
    bits: nextPowBits(parent, params, earliest),
    proof: { kind: "pow", nonce: new Uint8Array(32), solution: EMPTY } as const,
  };
}

/** Root of the Sapling tree after the block; the state is left as it was. */
function saplingRootAfter({ shielded }: ChainState, transactions: readonly Transaction[]): Uint8Array {
  const before = shielded.roots;
  const shieldedTransactions = transactions.filter((tx) => tx.shieldedOutputs.length > 0);
  if (shieldedTransactions.length === 0) return before.sapling;
  for (const tx of shieldedTransactions) shielded.connectTransaction(tx);
  const { sapling } = shielded.roots;
  for (const tx of shieldedTransactions) shielded.disconnectTransaction(tx);
  shielded.rewindTrees(before);
  return sapling;
}
