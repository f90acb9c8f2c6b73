import { fromDisplayHash, isHex, isZero, toHex } from "../../../protocol/bytes/index.ts";
import { DelegateType, formatOutPoint } from "../../../protocol/primitives/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { requireFluxnodeTransactions } from "../delegate-start.ts";

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [DelegateType.update]: "UPDATE",
  [DelegateType.signing]: "SIGNING",
};
const MAXIMUM_INDEX = 0xffffffffn;

/** A number as C's strtoul takes it: after white space and a sign, as many digits as there are. Null for none. */
function leadingNumber(text: string): bigint | null {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text.slice(0, 64));
  if (!match) return null;
  const value = BigInt(match[2] as string);
  return match[1] === "-" ? BigInt.asUintN(64, -value) : value;
}

export const listfluxnodedelegates: RpcMethod = {
  name: "listfluxnodedelegates",
  category: "fluxnode",
  summary: "Keys that may start the fluxnode of a collateral besides its owner.",
  params: [
    { name: "txhash", type: "string", description: "transaction of the collateral" },
    { name: "outputindex", type: "string", description: "number of the output, as text" },
  ],
  result: "an object; with `error` for a collateral that cannot be",
  call: reading((reader, args) => {
    requireFluxnodeTransactions(reader);
    const hash = args.string(0);
    if (!isHex(hash) || hash.length !== 64) return { error: "Invalid transaction hash (must be 64 hex characters)" };
    const txid = fromDisplayHash(hash);
    if (isZero(txid)) return { error: "Invalid transaction hash" };
    const index = leadingNumber(args.string(1));
    if (index === null || index >= 2n ** 64n) return { error: "Invalid output index" };
    if (index > MAXIMUM_INDEX) return { error: "Output index exceeds maximum (4294967295)" };
    const outpoint = { txid, index: Number(index) };
    const stored = reader.nodes.delegates(outpoint);
    const known = { collateral: formatOutPoint(outpoint), has_delegates: stored !== undefined };
    if (!stored) return known;
    return {
      ...known,
      delegate_version: stored.version,
      delegate_type: stored.type,
      delegate_type_string: TYPE_NAMES[stored.type] ?? "UNKNOWN",
      delegate_keys: stored.keys.map(toHex),
    };
  }),
};
