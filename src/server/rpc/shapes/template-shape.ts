import { bytesKey, toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import type { Tier } from "../../../protocol/fluxnodes/index.ts";
import type { AddressPrefixes, BlockHeaderFields, Transaction } from "../../../protocol/primitives/index.ts";
import { decodeCompact, MAX_BLOCK_SIGOPS, MAX_BLOCK_SIZE } from "../../../protocol/rules/index.ts";
import { addressOf } from "../../../protocol/script/index.ts";
import type { BlockTemplate } from "../context.ts";
import type { JsonObject } from "../json-writer.ts";
import { hexNumber, hexWord } from "./text.ts";

/** Names of a tier in templates: today's, and the one before. */
const TIER_NAMES: Readonly<Record<Tier, readonly [string, string]>> = {
  1: ["cumulus", "basic"],
  2: ["nimbus", "super"],
  3: ["stratus", "bamf"],
};

/** What a template says besides the block. */
export interface TemplateCircumstances {
  /** Brought to the present. */
  readonly header: BlockHeaderFields;
  /** Unix seconds. */
  readonly minimumTime: number;
  readonly longPollId: string;
  readonly prefixes: AddressPrefixes;
}

/** `getblocktemplate`'s answer (spec rpc.md section 7, fluxnodes.md 9.6), in the order of the daemon's keys. */
export function templateShape(template: BlockTemplate, circumstances: TemplateCircumstances): JsonObject {
  const { header, minimumTime, longPollId, prefixes } = circumstances;
  return {
    capabilities: ["proposal"],
    version: header.version,
    previousblockhash: toDisplayHash(header.prevHash),
    finalsaplingroothash: toDisplayHash(header.finalSaplingRoot),
    ...transactionShapes(template),
    longpollid: longPollId,
    target: hexNumber(decodeCompact(header.bits).target),
    mintime: minimumTime,
    mutable: ["time", "transactions", "prevblock"],
    noncerange: "00000000ffffffff",
    sigoplimit: MAX_BLOCK_SIGOPS,
    sizelimit: MAX_BLOCK_SIZE,
    curtime: header.time,
    bits: hexWord(header.bits),
    height: template.height,
    miner_reward: template.coinbase.outputs[0]?.value ?? 0n,
    ...payoutShapes(template, prefixes),
    ...specialShape(template, prefixes),
    // Not the daemon's, which has no template from there on: what is left to do is draw a lot and sign, not solve.
    type: header.proof.kind === "pon" ? "PON" : undefined,
  };
}

function transactionShapes({ coinbase, coinbaseSigops, transactions, fees }: BlockTemplate): JsonObject {
  const positions = new Map([[bytesKey(coinbase.txid), 0]]);
  const shape = (tx: Transaction, fee: bigint, sigops: number): JsonObject => ({
    data: toHex(tx.raw),
    hash: toDisplayHash(tx.txid),
    depends: tx.inputs.flatMap(({ prevout }) => positions.get(bytesKey(prevout.txid)) ?? []),
    fee,
    sigops,
  });
  const shapes = transactions.map(({ tx, fee, sigops }, index) => {
    positions.set(bytesKey(tx.txid), index + 1);
    return shape(tx, fee, sigops);
  });
  return { transactions: shapes, coinbasetxn: { ...shape(coinbase, -fees, coinbaseSigops), required: true } };
}

function payoutShapes({ payouts }: BlockTemplate, prefixes: AddressPrefixes): JsonObject {
  const shape: Record<string, string | bigint> = {};
  for (const { tier, script, amount } of payouts) {
    const [name, old] = TIER_NAMES[tier];
    const address = addressOf(script, prefixes) ?? "";
    for (const key of [`${name}_fluxnode`, `${old}_zelnode`, `${name}_zelnode`]) {
      shape[`${key}_address`] = address;
      shape[`${key}_payout`] = amount;
    }
  }
  return shape;
}

/** Of several payments at one height only the last is named, as in the daemon. */
function specialShape({ specialPayments }: BlockTemplate, prefixes: AddressPrefixes): JsonObject {
  const last = specialPayments.at(-1);
  if (!last) return {};
  return { flux_creation_address: addressOf(last.script, prefixes) ?? "", flux_creation_amount: last.amount };
}
