import { compareBytes } from "../../protocol/bytes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { ponHash, ponSlot } from "../../protocol/rules/index.ts";
import type { HeaderNode } from "./header-node.ts";

/** PON hashes decide between tips of equal work; each is computed once. */
const ponHashes = new WeakMap<HeaderNode, Uint8Array>();

function ponHashOf(node: HeaderNode, params: NetworkParams): Uint8Array | null {
  if (node.header.proof.kind !== "pon") return null;
  let hash = ponHashes.get(node);
  if (!hash) {
    hash = ponHash(node.header.proof.collateral, node.header.prevHash, ponSlot(node.time, params));
    ponHashes.set(node, hash);
  }
  return hash;
}

/**
 * Order of chain selection: positive if `a` is the better tip (spec block-and-pow.md section 7). More work; at equal work and height
 * the lower PON hash, compared from its first byte in memory; then the block received first.
 */
export function compareCandidates(a: HeaderNode, b: HeaderNode, params: NetworkParams): number {
  if (a.chainWork !== b.chainWork) return a.chainWork > b.chainWork ? 1 : -1;
  if (a.height === b.height) {
    const first = ponHashOf(a, params);
    const second = ponHashOf(b, params);
    const order = first && second ? compareBytes(second, first) : 0;
    if (order !== 0) return order;
  }
  return b.sequence - a.sequence || b.id - a.id;
}
