import type { Chain } from "../../../src/chain/index.ts";
import { toDisplayHash, toHex } from "../../../src/protocol/bytes/index.ts";
import { decodeBlock, encodeAddress, isCoinbase, type OutPoint } from "../../../src/protocol/primitives/index.ts";
import { destinationOf, multisigKeys } from "../../../src/protocol/script/index.ts";
import { blocksOf, keysOf } from "../../chain/recorded-set.ts";

/** Everything that calls of the scene ask about: all of it is in the chain. */
export type Facts = Awaited<ReturnType<typeof factsOf>>;

interface Started {
  readonly collateral: OutPoint;
  readonly redeemScript: string;
  readonly publicKey: string;
}

/** Collaterals that the recorded chain starts with a delegate's key above a height, by whether they lie at a script. */
function laterStarts(height: number): { readonly own: Started; readonly shared: Started } {
  const found: { own?: Started; shared?: Started } = {};
  for (const raw of blocksOf("regtest-a").slice(height)) {
    for (const { fluxnode } of decodeBlock(raw).transactions) {
      if (fluxnode?.kind !== "start" || fluxnode.delegates?.type !== 2) continue;
      const { collateral, redeemScript, publicKey } = fluxnode;
      const which = redeemScript.length > 0 ? "shared" : "own";
      found[which] ??= { collateral, redeemScript: toHex(redeemScript), publicKey: toHex(publicKey) };
    }
  }
  const { own, shared } = found;
  if (!own || !shared) throw new Error("the recorded chain has no such starts");
  return { own, shared };
}

const keyText = ({ txid, index }: OutPoint) => [toDisplayHash(txid), String(index)] as const;

export async function factsOf(chain: Chain) {
  const { own, shared } = laterStarts(chain.height);
  const labels = Object.values(keysOf("regtest-a"));
  const wifOf = (publicKey: Uint8Array) => {
    const known = labels.find(({ pubkey }) => pubkey === toHex(publicKey));
    if (!known) throw new Error("a key of the recorded chain is missing");
    return known.wif;
  };
  return chain.read((reader) => {
    const raw = blocksOf("regtest-a");
    const blocks = raw.slice(chain.height - 200, chain.height).map((bytes) => decodeBlock(bytes));
    const plain = blocks.flatMap(({ transactions }) => transactions).filter((tx) => !isCoinbase(tx) && !tx.fluxnode);
    const unspent = plain.find(({ txid }) => {
      const coin = reader.coin({ txid, index: 0 });
      return coin && coin.value > 100_000n && destinationOf(coin.script)?.kind === "pubkeyhash";
    });
    const spending = plain.at(-1);
    const confirmed = reader.nodes.records().find(({ status }) => status === "confirmed");
    if (!unspent || !spending || !confirmed) throw new Error("the recorded chain is not what it was");
    const destination = destinationOf(unspent.outputs[0]?.script ?? new Uint8Array(0));
    const owners = multisigKeys(Buffer.from(shared.redeemScript, "hex"))?.publicKeys ?? [];
    const delegate = (outpoint: OutPoint) => wifOf(reader.nodes.delegates(outpoint)?.keys[0] ?? new Uint8Array(0));
    const spent = spending.inputs[0]?.prevout as OutPoint;
    return {
      tip: toDisplayHash(reader.tip.hash),
      height: reader.tip.height,
      time: reader.tip.time,
      block: toHex(raw[reader.tip.height - 1] as Uint8Array),
      address: destination ? encodeAddress(destination, reader.params.base58) : "",
      unspent: { txid: toDisplayHash(unspent.txid), hex: toHex(unspent.raw) },
      spent: { txid: toDisplayHash(spent.txid), index: spent.index },
      confirmed: confirmed.collateral,
      ownStart: keyText(own.collateral),
      ownDelegate: delegate(own.collateral),
      sharedStart: keyText(shared.collateral),
      sharedDelegate: delegate(shared.collateral),
      redeemScript: shared.redeemScript,
      nodeKey: shared.publicKey,
      ownerKey: wifOf(owners[0] as Uint8Array),
      emergencyKeys: reader.params.emergency.publicKeys.map(wifOf),
    };
  });
}
