import { describe, expect, test } from "bun:test";
import { fromHex, isHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import type { NetworkParams } from "../../../../src/protocol/params/index.ts";
import { decodeBlock, decodeTransaction } from "../../../../src/protocol/primitives/index.ts";
import {
  type ChainEntry,
  checkBlock,
  checkBlockInContext,
  checkHeaderInContext,
  checkTransaction,
  checkTransactionInContext,
} from "../../../../src/protocol/rules/index.ts";
import { lastCheckpoint, MOCK_TIME, RECORDED_SETS, readLines, recordedChain } from "./recorded-chain.ts";

/** Reasons that other checks give: coins, scripts, shielded proofs, the node list, the mempool. */
const REASONS_OF_OTHERS = [
  /^$/,
  /^bad-cb-amount$/,
  /^bad-sapling-root-in-block$/,
  /^bad-txns-(BIP30|in-belowout|inputs-missingorspent|inputs-spent|not-paying-correct-fluxnodes)$/,
  /^bad-txns-(coinbase-spend-has-transparent-outputs|premature-spend-of-coinbase)$/,
  /^bad-txns-(invalid-joinsplit-signature|sapling-(spend|output)-description-invalid)$/,
  /^bad-txns-fluxnode-tx-inputs-missingorspent-/,
  /^fluxnode-tx-/,
  /mandatory-script-verify-flag/,
  /^(coinbase|dust|multi-op-return|non-final|scriptpubkey|scriptsig-not-pushonly|scriptsig-size)$/,
  /absurdly high fees|^transaction already in block chain$|^Missing inputs$/,
];

/** Reasons that some of the cases only have by the node list, which these tests leave out. */
const REASONS_WITH_NODE_LIST = ["bad-pon-block", "bad-txns-fluxnode-tx-invalid-signature"];

interface Submission {
  readonly method: "submitblock" | "sendrawtransaction";
  readonly desc: string;
  readonly at_tip: string;
  readonly hex: string;
  readonly result?: string | null;
  readonly error?: { readonly message: string } | null;
}

function recordedReason({ method, result, error }: Submission): string | null {
  if (error) return error.message.replace(/^\d+: /, "");
  return method === "sendrawtransaction" ? null : (result ?? null);
}

function judgeBlock(hex: string, tip: ChainEntry, chain: Map<string, ChainEntry>, params: NetworkParams) {
  const block = decodeBlock(fromHex(hex));
  const broken = checkBlock(block, params, { tipHeight: tip.height, adjustedTime: MOCK_TIME, nodes: null });
  if (broken) return broken.reason;
  const onChain = (hash: Uint8Array) => {
    const entry = chain.get(toDisplayHash(hash));
    return entry && entry.height <= tip.height ? entry : undefined;
  };
  if (onChain(block.header.hash)) return "duplicate";
  const parent = onChain(block.header.prevHash);
  if (!parent) return "bad-prevblk";
  const context = { tipHeight: tip.height, lastCheckpointHeight: lastCheckpoint(params, tip.height) };
  const refused =
    checkHeaderInContext(block.header, parent, params, context) ??
    checkBlockInContext(block, parent, params, { producer: "deferred", initialDownload: false });
  return refused?.reason ?? null;
}

function judgeTransaction(hex: string, tip: ChainEntry, params: NetworkParams) {
  const tx = decodeTransaction(fromHex(hex));
  const context = { score: 10, initialDownload: false } as const;
  const refused = checkTransaction(tx, params, null) ?? checkTransactionInContext(tx, tip.height + 1, params, context);
  return refused?.reason ?? null;
}

for (const set of RECORDED_SETS) {
  describe(`refusals recorded on ${set}`, () => {
    const { params, entries } = recordedChain(set);
    const chain = new Map(entries.map((entry) => [toDisplayHash(entry.hash), entry]));
    const accepted = new Set<string>();

    test("what the daemon refused for a rule of this folder is refused for the same reason, and nothing else is", () => {
      let equal = 0;
      for (const line of readLines(`fluxd/${set}/invalid.jsonl.gz`)) {
        const submission: Submission = JSON.parse(line);
        const tip = chain.get(submission.at_tip);
        const expected = recordedReason(submission);
        // Tips of losing branches, bytes that do not decode, and what the daemon's RPC answers before it looks at rules.
        if (!tip || !isHex(submission.hex) || /decode failed|expiring-soon/.test(expected ?? "")) continue;
        // A transaction that is in the mempool already is answered with its id, whatever the rules say by now.
        if (expected === null && accepted.has(submission.result ?? "")) continue;
        if (submission.method === "sendrawtransaction" && submission.result) accepted.add(submission.result);

        const reason =
          submission.method === "submitblock"
            ? judgeBlock(submission.hex, tip, chain, params)
            : judgeTransaction(submission.hex, tip, params);
        const foreign = expected !== null && REASONS_OF_OTHERS.some((pattern) => pattern.test(expected));
        const ours = foreign ? null : expected;
        if (reason === null && ours !== null && REASONS_WITH_NODE_LIST.includes(ours)) continue;
        expect({ desc: submission.desc, reason }).toEqual({ desc: submission.desc, reason: ours });
        if (ours !== null) equal++;
      }
      expect(equal).toBeGreaterThan(10);
    });
  });
}
