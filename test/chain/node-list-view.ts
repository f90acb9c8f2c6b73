import type { ChainReader } from "../../src/chain/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { nextPayees, startExpiry, TIERS, tierName } from "../../src/protocol/fluxnodes/index.ts";
import { isPonHeight } from "../../src/protocol/params/index.ts";
import { encodeAddress, formatOutPoint } from "../../src/protocol/primitives/index.ts";
import { destinationOf } from "../../src/protocol/script/index.ts";
import type { RecordedState } from "./recorded-set.ts";

function nextWinners(reader: ChainReader) {
  const coins = {
    coin: reader.coin.bind(reader),
    hasTransaction: (txid: Uint8Array) => reader.transactionCoins(txid) !== undefined,
  };
  return Object.fromEntries(
    nextPayees(reader.nodes, reader.params, coins).map(({ tier, outpoint, script }) => {
      const destination = destinationOf(script);
      const address = destination && encodeAddress(destination, reader.params.base58);
      return [tierName(tier), [formatOutPoint(outpoint), address]];
    }),
  );
}

function confirmedRows({ nodes }: ChainReader) {
  return TIERS.flatMap((tier) =>
    [...nodes.queue(tier)].map((node, rank) => [
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

/** START or DoS list with the blocks that are left, soonest first. */
function waitingRows({ nodes, params, tip }: ChainReader, status: "started" | "dos") {
  const dos = isPonHeight(params, tip.height) ? 720 : 180;
  const length = status === "started" ? startExpiry(tip.height, params) : dos;
  return nodes
    .list(status)
    .map((node) => [formatOutPoint(node.collateral), node.added, length - (tip.height - node.added)] as const)
    .filter(([, , left]) => left >= 0)
    .sort((a, b) => a[2] - b[2]);
}

/** The tip and the node list in the form of the recordings. */
export function stateView(reader: ChainReader) {
  const { tip } = reader;
  return {
    height: tip.height,
    hash: toDisplayHash(tip.hash),
    bits: tip.bits.toString(16).padStart(8, "0"),
    chainwork: tip.chainWork.toString(16).padStart(64, "0"),
    time: tip.time,
    next_winners: nextWinners(reader),
    confirmed: confirmedRows(reader),
    started: waitingRows(reader, "started"),
    dos: waitingRows(reader, "dos"),
  };
}

/** The part of a recording that {@link stateView} gives. */
export function recordedView(state: RecordedState): ReturnType<typeof stateView> {
  const { height, hash, bits, chainwork, time, next_winners, confirmed = [], started = [], dos = [] } = state;
  const view = { height, hash, bits, chainwork, time, next_winners, confirmed, started, dos };
  return view as unknown as ReturnType<typeof stateView>;
}
