import { describe, expect, test } from "bun:test";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import {
  encodeTable,
  type FluxnodeRecord,
  isCurrentAmount,
  networkOfIp,
  networkOfNode,
  nextPayees,
  paymentDestination,
  startExpiry,
  TIERS,
  tierName,
} from "../../../../src/protocol/fluxnodes/index.ts";
import { isPonHeight, type NetworkParams, parseNetworkFile } from "../../../../src/protocol/params/index.ts";
import {
  type Block,
  COIN,
  decodeBlock,
  decodeTransaction,
  encodeAddress,
  formatOutPoint,
} from "../../../../src/protocol/primitives/index.ts";
import { destinationOf } from "../../../../src/protocol/script/index.ts";
import { readJson, readLines } from "./fixtures.ts";
import { type Connected, TestChain } from "./test-chain.ts";

interface PerBlock {
  height: number;
  hash: string;
  next_winners: Record<string, [string, string]>;
  confirmed?: [string, number, string, number, number, number, number, string, number][];
  started?: [string, number, number][];
  dos?: [string, number, number][];
}

interface Reorg {
  tag: string;
  base_height: number;
  branchA: string[];
  branchB: string[];
}

interface Submission {
  method: string;
  category: string;
  desc: string;
  at_tip: string;
  hex: string;
  result?: string | null;
  error?: { code: number; message: string };
}

/** The daemon's RPC answers about the node list, by method. */
interface Lists {
  getbestblockhash: string;
  viewdeterministicfluxnodelist: Record<string, unknown>[];
  getstartlist: Record<string, unknown>[];
  getdoslist: Record<string, unknown>[];
  getfluxnodecount: Record<string, number>;
  getmigrationcount: [Record<string, number>, Record<string, number>];
}

function addressOf(chain: TestChain, record: FluxnodeRecord): string {
  const destination = paymentDestination(record, chain.params, chain.coins);
  return destination ? encodeAddress(destination, chain.params.base58) : "";
}

function nextWinners(chain: TestChain) {
  return Object.fromEntries(
    nextPayees(chain.table, chain.params, chain.coins).map(({ tier, outpoint, script }) => {
      const destination = destinationOf(script);
      return [
        tierName(tier),
        [formatOutPoint(outpoint), destination && encodeAddress(destination, chain.params.base58)],
      ];
    }),
  );
}

function confirmedRows(chain: TestChain) {
  return TIERS.flatMap((tier) =>
    [...chain.table.queue(tier)].map((node, rank) => [
      toDisplayHash(node.collateral.txid),
      node.collateral.index,
      tierName(node.tier),
      node.added,
      node.confirmed,
      node.lastConfirmed,
      node.lastPaid,
      node.ip,
      rank,
    ]),
  );
}

/** START or DoS list with the blocks that are left, in the daemon's order: soonest first, then by outpoint. */
function waitingRows(chain: TestChain, status: "started" | "dos") {
  const { height, params } = chain;
  // The list of DoS entries names the PON window by the bare height, unlike the rule; both agree where fluxnodes exist.
  const dos = isPonHeight(params, height) ? 720 : 180;
  const length = status === "started" ? startExpiry(height, params) : dos;
  return chain.table
    .list(status)
    .map((node): [string, number, number] => [
      formatOutPoint(node.collateral),
      node.added,
      length - (height - node.added),
    ])
    .filter(([, , left]) => left >= 0)
    .sort((a, b) => a[2] - b[2]);
}

function expectState(chain: TestChain, expected: PerBlock): void {
  const actual = {
    next_winners: nextWinners(chain),
    confirmed: confirmedRows(chain),
    started: waitingRows(chain, "started"),
    dos: waitingRows(chain, "dos"),
  };
  const { next_winners, confirmed = [], started = [], dos = [] } = expected;
  expect({ height: chain.height, ...actual }).toEqual({
    height: expected.height,
    next_winners,
    confirmed,
    started,
    dos,
  } as never);
}

/** The daemon's full node objects, and its counters. */
function expectLists(chain: TestChain, lists: Lists): void {
  const amountOf = (zatoshi: bigint) => `${zatoshi / COIN}.00`;
  const nodes = lists.viewdeterministicfluxnodelist.map(({ activesince: _a, lastpaid: _l, ...node }) => node);
  const actual = TIERS.flatMap((tier) =>
    [...chain.table.queue(tier)].map((node, rank) => ({
      collateral: formatOutPoint(node.collateral),
      txhash: toDisplayHash(node.collateral.txid),
      outidx: String(node.collateral.index),
      ip: node.ip,
      network: networkOfNode(node.ip),
      added_height: node.added,
      confirmed_height: node.confirmed,
      last_confirmed_height: node.lastConfirmed,
      last_paid_height: node.lastPaid,
      tier: tierName(node.tier),
      payment_address: addressOf(chain, node),
      pubkey: toHex(node.publicKey),
      amount: amountOf(node.amount),
      rank,
    })),
  );
  expect(actual).toEqual(nodes as never);
  for (const [status, method, left] of [
    ["started", "getstartlist", "expires_in"],
    ["dos", "getdoslist", "eligible_in"],
  ] as const) {
    const rows = lists[method].map((row) => [row.collateral, row.added_height, row[left]]);
    expect(waitingRows(chain, status)).toEqual(rows as never);
  }
  const confirmed = chain.table.list("confirmed");
  const onNetwork = (network: string) => confirmed.filter((node) => networkOfIp(node.ip) === network).length;
  const [old, current] = lists.getmigrationcount;
  expect(lists.getfluxnodecount).toMatchObject({
    total: confirmed.length,
    "cumulus-enabled": chain.table.tierCount(1),
    "nimbus-enabled": chain.table.tierCount(2),
    "stratus-enabled": chain.table.tierCount(3),
    ipv4: onNetwork("ipv4"),
    ipv6: onNetwork("ipv6"),
    onion: onNetwork("onion"),
  });
  expect(old["total-old"]).toBe(confirmed.filter((node) => !isCurrentAmount(node.amount)).length);
  expect(current["total-new"]).toBe(confirmed.filter((node) => isCurrentAmount(node.amount)).length);
}

/** Connects a block that has to be good, and checks that its coinbase pays whom it must. */
function connectGood(chain: TestChain, block: Block): void {
  const connected = chain.connect(block);
  if ("reason" in connected) throw new Error(`block ${chain.height + 1}: ${connected.reason}`);
  expectPaid(block, connected);
}

function expectPaid({ transactions }: Block, { payees }: Connected): void {
  const outputs = (transactions[0]?.outputs ?? []).map(({ script }) => toHex(script));
  for (const { script } of payees) {
    const at = outputs.indexOf(toHex(script));
    expect(at).toBeGreaterThanOrEqual(0);
    outputs.splice(at, 1);
  }
}

const OURS = /^(?:tx-(?:fluxnodes|p2shnodes|bit-features)-not-active|fluxnode-tx-|bad-txns-fluxnode-)/;
/** Reasons that later rules give to transactions with nothing wrong here. */
const CLOCK = /^fluxnode-tx-(?:sig-to-old|bench-sig-to-old|outpoint-sigTime-older-cant-replace)$/;

/** Compares the verdict on one recorded submission; returns whether it was about these rules. */
function expectVerdict(chain: TestChain, submission: Submission): boolean {
  const { method, category, desc, hex, result, error } = submission;
  const title = `${chain.height} ${category}: ${desc}`;
  if (method === "submitblock") {
    if (error) return false;
    const verdict = chain.connect(decodeBlock(fromHex(hex)));
    const reason = "reason" in verdict ? verdict.reason : null;
    if (!("reason" in verdict)) chain.disconnect();
    if (typeof result === "string" && OURS.test(result)) {
      expect({ title, reason }).toEqual({ title, reason: result });
      return true;
    }
    if (category === "payout" || category === "pon-coinbase")
      expect({ title, reason }).toEqual({ title, reason: null });
    return false;
  }
  if (category !== "fluxnode-tx" && category !== "delegates" && category !== "policy-clock") return false;
  const tx = decodeTransaction(fromHex(hex));
  if (!tx.fluxnode) return false;
  const verdict = chain.judge(tx);
  const [, code, reason = ""] = /^(\d+): (.*)$/.exec(error?.message ?? "") ?? [];
  if (!error || CLOCK.test(reason)) {
    // The daemon looks at the clock before it looks at the collateral.
    const refused = error && verdict?.rule === "fluxnode.collateral" ? null : verdict;
    expect({ title, refused }).toEqual({ title, refused: null });
    return true;
  }
  if (!code) return false;
  expect({ title, reason: verdict?.reason, code: verdict?.code }).toEqual({ title, reason, code: Number(code) });
  return true;
}

function networkOf(set: string): NetworkParams {
  return parseNetworkFile(readJson(`fluxd/${set}/network.json`));
}

describe.each([
  ["regtest-a", 170],
  ["testnet-t", 10],
])("recorded chain %s", (set, leastVerdicts) => {
  const params = networkOf(set as string);
  const blocks = readLines(`fluxd/${set}/blocks.hex.gz`).map((line) => decodeBlock(fromHex(line)));
  const states = new Map(
    readLines(`fluxd/${set}/perblock.jsonl.gz`).map((line) => [JSON.parse(line).hash, JSON.parse(line)]),
  );
  const lists: Record<string, Lists> = readJson(`fluxd/${set}/fluxnode-lists.json.gz`);
  const listsByHash = new Map(Object.values(lists).map((each) => [each.getbestblockhash, each]));
  const reorgs: Reorg[] = readJson(`fluxd/${set}/reorgs.json.gz`);
  const submissions = Map.groupBy(
    readLines(`fluxd/${set}/invalid.jsonl.gz`).map((line): Submission => JSON.parse(line)),
    (submission) => submission.at_tip,
  );

  test("node lists, payees, verdicts and reorganisations after every block", () => {
    const chain = new TestChain(params);
    let verdicts = 0;
    let compared = 0;
    const visit = (block: Block) => {
      connectGood(chain, block);
      const hash = toDisplayHash(block.header.hash);
      const state = states.get(hash);
      if (state) expectState(chain, state);
      if (state) compared++;
      const answers = listsByHash.get(hash);
      if (answers) expectLists(chain, answers);
      for (const submission of submissions.get(hash) ?? []) if (expectVerdict(chain, submission)) verdicts++;
    };
    for (const block of blocks) {
      visit(block);
      const reorg = reorgs.find(({ base_height: height }) => height === chain.height);
      if (!reorg) continue;
      const before = encodeTable(chain.table);
      // The losing branch first, as the daemon saw it; the winning branch is part of the chain.
      const branch = reorg.branchA.map((hex) => decodeBlock(fromHex(hex)));
      const tip = toDisplayHash((branch.at(-1) as Block).header.hash);
      expect(listsByHash.has(tip)).toBe(true);
      for (const each of branch) visit(each);
      for (const _ of branch) chain.disconnect();
      expect(encodeTable(chain.table)).toEqual(before);
    }
    expect(chain.height).toBe(blocks.length);
    expect(compared).toBeGreaterThan(blocks.length * 0.95);
    expect(verdicts).toBeGreaterThanOrEqual(leastVerdicts as number);
  });
});
