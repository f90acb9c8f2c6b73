import { publicKeyCreate } from "../../src/protocol/crypto/index.ts";
import { branchIdAt, isActive, type NetworkParams } from "../../src/protocol/params/index.ts";
import {
  type Block,
  type BlockHeaderFields,
  decodeBlock,
  encodeBlock,
  equihashInput,
  makeHeader,
  makeTransaction,
  NULL_OUTPOINT,
  type OutPoint,
  type Transaction,
  type TransactionFields,
  type TxInput,
  type TxOutput,
  transparentFields,
} from "../../src/protocol/primitives/index.ts";
import { blockSubsidy, type ChainEntry, nextPowBits, transactionsRoot } from "../../src/protocol/rules/index.ts";
import {
  heightPush,
  KeyRing,
  keyDestination,
  ScriptBuilder,
  scriptForDestination,
  signInput,
} from "../../src/protocol/script/index.ts";
import { EMPTY_SAPLING_ROOT } from "../../src/protocol/shielded/index.ts";
import { allSolutions48 } from "../unit/protocol/crypto/equihash-all-solutions.ts";

const EMPTY = new Uint8Array(0);
const FINAL = 0xffffffff;

/** Key of everything that the builder pays and spends. */
export const BUILDER_SECRET = new Uint8Array(32).fill(7);
export const BUILDER_KEY: Uint8Array = publicKeyCreate(BUILDER_SECRET, true);
export const BUILDER_SCRIPT: Uint8Array = scriptForDestination(keyDestination(BUILDER_KEY));

/** An output that a transaction of these tests spends. */
export interface Spendable {
  readonly outpoint: OutPoint;
  readonly output: TxOutput;
}

export interface BlockPlan {
  readonly parent: BuiltBlock | null;
  /** After the coinbase. */
  readonly transactions?: readonly Transaction[];
  /** Outputs of the coinbase; default: the whole subsidy to the builder. */
  readonly coinbase?: readonly TxOutput[];
  /** What the coinbase's script has after the height; makes otherwise equal blocks different. */
  readonly extra?: Uint8Array;
  /** The whole script of the coinbase's input, instead of height and extra. */
  readonly coinbaseScript?: Uint8Array;
  /** Default: two minutes after the parent. */
  readonly time?: number;
  /** Default: the root of the empty tree. */
  readonly saplingRoot?: Uint8Array;
}

/** A mined block with its place. */
export interface BuiltBlock {
  readonly raw: Uint8Array;
  readonly block: Block;
  readonly entry: ChainEntry;
  readonly height: number;
  /** First output of the coinbase. */
  readonly reward: Spendable;
}

/** A transaction without shielded parts, in the version that its height asks for. */
export function transactionFields(
  params: NetworkParams,
  height: number,
  body: { inputs: readonly TxInput[]; outputs: readonly TxOutput[] } & Partial<TransactionFields>,
): TransactionFields {
  const sapling = isActive(params, "acadia", height);
  return { ...transparentFields(sapling, body.inputs, body.outputs), ...body };
}

export function unsignedInput({ outpoint }: Spendable, scriptSig: Uint8Array = EMPTY): TxInput {
  return { prevout: outpoint, scriptSig, sequence: FINAL };
}

export function outputOf(tx: Transaction, index: number): Spendable {
  return { outpoint: { txid: tx.txid, index }, output: tx.outputs[index] as TxOutput };
}

/** Makes blocks of a network without target, solved for Equihash (48,5). */
export class BlockBuilder {
  readonly params: NetworkParams;
  private readonly genesis: ChainEntry;
  private readonly keys = new KeyRing().addKey({ secret: BUILDER_SECRET, compressed: true });

  constructor(params: NetworkParams) {
    this.params = params;
    const { header } = decodeBlock(params.genesisBlock);
    this.genesis = entryOf(header, null);
  }

  /** Signs every input with the builder's key for a block at `height`. */
  sign(fields: TransactionFields, spent: readonly Spendable[], height: number): Transaction {
    const branchId = branchIdAt(this.params, height);
    const inputs = fields.inputs.map((input, inputIndex) => {
      const { output } = spent[inputIndex] as Spendable;
      const { scriptSig, error } = signInput({ tx: fields, inputIndex, coin: output, branchId, keys: this.keys });
      if (error) throw new Error(`input ${inputIndex} cannot be signed`);
      return { ...input, scriptSig };
    });
    return makeTransaction({ ...fields, inputs });
  }

  /** Pays outputs from others, for a block at `height`. */
  pay(
    spent: readonly Spendable[],
    outputs: readonly TxOutput[],
    height: number,
    more: Partial<TransactionFields> = {},
  ): Transaction {
    const inputs = spent.map((each) => unsignedInput(each));
    return this.sign(transactionFields(this.params, height, { inputs, outputs, ...more }), spent, height);
  }

  /** Moves the whole value of one output to a new one of the builder. */
  move(from: Spendable, height: number, fee = 0n): Transaction {
    return this.pay([from], [{ value: from.output.value - fee, script: BUILDER_SCRIPT }], height);
  }

  private coinbase(height: number, outputs: readonly TxOutput[], plan: BlockPlan): Transaction {
    const extra = plan.extra ?? Uint8Array.of(0);
    const scriptSig = plan.coinbaseScript ?? new ScriptBuilder().raw(heightPush(height)).data(extra).finish();
    const inputs = [{ prevout: NULL_OUTPOINT, scriptSig, sequence: FINAL }];
    return makeTransaction(transactionFields(this.params, height, { inputs, outputs }));
  }

  build(plan: BlockPlan): BuiltBlock {
    const { params } = this;
    const parent = plan.parent?.entry ?? this.genesis;
    const height = parent.height + 1;
    const reward = plan.coinbase ?? [{ value: blockSubsidy(height, params), script: BUILDER_SCRIPT }];
    const coinbase = this.coinbase(height, reward, plan);
    const transactions = [coinbase, ...(plan.transactions ?? [])];
    const time = plan.time ?? parent.time + 120;
    const header = solve({
      version: 4,
      prevHash: parent.hash,
      merkleRoot: transactionsRoot(transactions).root,
      finalSaplingRoot: plan.saplingRoot ?? EMPTY_SAPLING_ROOT,
      time,
      bits: nextPowBits(parent, params, time),
    });
    const raw = encodeBlock(header, transactions);
    return {
      raw,
      block: decodeBlock(raw),
      entry: entryOf(header, parent),
      height,
      reward: { outpoint: { txid: coinbase.txid, index: 0 }, output: reward[0] as TxOutput },
    };
  }

  /** `count` blocks without transactions on top of another. */
  extend(parent: BuiltBlock | null, count: number, extra?: Uint8Array): BuiltBlock[] {
    const blocks: BuiltBlock[] = [];
    for (let i = 0; i < count; i++)
      blocks.push(this.build({ parent: blocks.at(-1) ?? parent, ...(extra && { extra }) }));
    return blocks;
  }
}

function entryOf({ time, bits, version, hash }: Omit<ChainEntry, "height" | "parent">, parent: ChainEntry | null) {
  return { height: parent ? parent.height + 1 : 0, time, bits, version, hash, parent };
}

/** Completes a header with the first nonce that has a solution. */
function solve(fields: Omit<BlockHeaderFields, "proof">) {
  const nonce = new Uint8Array(32);
  for (let attempt = 0; attempt < 10_000; attempt++) {
    new DataView(nonce.buffer).setUint32(0, attempt, true);
    const [solution] = allSolutions48(equihashInput({ ...fields, proof: { kind: "pow", nonce, solution: EMPTY } }));
    if (solution) return makeHeader({ ...fields, proof: { kind: "pow", nonce, solution } });
  }
  throw new Error("no nonce has a solution");
}
