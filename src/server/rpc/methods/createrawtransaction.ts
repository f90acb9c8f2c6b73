import { toHex } from "../../../protocol/bytes/index.ts";
import { isActive } from "../../../protocol/params/index.ts";
import {
  decodeAddress,
  makeTransaction,
  type TxInput,
  type TxOutput,
  transparentFields,
} from "../../../protocol/primitives/index.ts";
import { scriptForDestination } from "../../../protocol/script/index.ts";
import { asAmount } from "../amount-value.ts";
import type { RpcChain } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { type JsonInput, type JsonInputObject, member } from "../json-reader.ts";
import type { RpcArguments } from "../rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { asHash, asInt, asObject, jsonTypeName } from "../values.ts";

const MAX_UINT32 = 0xffffffff;
/** Blocks after which a transaction expires unless it says otherwise. */
const EXPIRY_DELTA = 20;
/** Blocks that must be left before a transaction expires. */
const EXPIRING_SOON = 3;
/** Expiry heights from here on would be read as times. */
const EXPIRY_LIMIT = 500_000_000n;

function invalid(message: string): RpcError {
  return new RpcError(RpcErrorCode.invalidParameter, `Invalid parameter, ${message}`);
}

function lockTimeOf(args: RpcArguments): number {
  if (args.value(2) === null) return 0;
  const lockTime = args.int64(2);
  if (lockTime < 0n || lockTime > MAX_UINT32) throw invalid("locktime out of range");
  return Number(lockTime);
}

function expiryOf(args: RpcArguments, nextHeight: number, sapling: boolean): number {
  if (args.value(3) === null) return sapling ? nextHeight + EXPIRY_DELTA : 0;
  if (!sapling) throw invalid("expiryheight can only be used if Overwinter is active when the transaction is mined");
  const expiry = args.int64(3);
  if (expiry < 0n || expiry >= EXPIRY_LIMIT) {
    throw invalid(`expiryheight must be nonnegative and less than ${EXPIRY_LIMIT}.`);
  }
  const least = nextHeight + EXPIRING_SOON;
  if (expiry !== 0n && expiry < least) {
    throw invalid(`expiryheight should be at least ${least} to avoid transaction expiring soon`);
  }
  return Number(expiry);
}

function inputOf(value: JsonInput, lockTime: number): TxInput {
  const input = asObject(value);
  const txid = asHash(member(input, "txid"), "txid");
  const index = member(input, "vout");
  if (jsonTypeName(index) !== "number") throw invalid("missing vout key");
  const vout = asInt(index);
  if (vout < 0) throw invalid("vout must be positive");
  const wanted = member(input, "sequence");
  // A lock time has no effect while all inputs are final.
  const usual = lockTime === 0 ? MAX_UINT32 : MAX_UINT32 - 1;
  const sequence = jsonTypeName(wanted) === "number" ? asInt(wanted) >>> 0 : usual;
  return { prevout: { txid, index: vout }, scriptSig: new Uint8Array(0), sequence };
}

function outputsOf(amounts: JsonInputObject, { params }: RpcChain): TxOutput[] {
  const scripts = new Set<string>();
  return Object.entries(amounts).map(([address, amount]) => {
    const destination = decodeAddress(address, params.base58);
    if (!destination) throw new RpcError(RpcErrorCode.invalidAddressOrKey, `Invalid Flux address: ${address}`);
    const script = scriptForDestination(destination);
    if (scripts.has(toHex(script))) throw invalid(`duplicated address: ${address}`);
    scripts.add(toHex(script));
    return { value: asAmount(amount), script };
  });
}

export const createrawtransaction: RpcMethod = {
  name: "createrawtransaction",
  category: "rawtransactions",
  summary:
    "Makes a transaction that spends the given outputs and pays to the given addresses. It is not signed or sent.",
  params: [
    { name: "inputs", type: "array", description: "objects with txid, vout and, optionally, sequence" },
    { name: "outputs", type: "object", description: "amount in coins by address" },
    {
      name: "locktime",
      type: "number",
      description: "height or Unix time before which it is not final",
      optional: true,
    },
    { name: "expiryheight", type: "number", description: "last height for it (default: 20 blocks on)", optional: true },
  ],
  result: "the transaction in hex",
  call: (args, { chain }) => {
    args.expectTypesOrNull("array", "object", "number", "number");
    if (args.value(0) === null || args.value(1) === null) throw invalid("arguments 1 and 2 must be non-null");
    const nextHeight = chain.height + 1;
    const sapling = isActive(chain.params, "acadia", nextHeight);
    const lockTime = lockTimeOf(args);
    const expiryHeight = expiryOf(args, nextHeight, sapling);
    const inputs = args.array(0).map((input) => inputOf(input, lockTime));
    const outputs = outputsOf(args.object(1), chain);
    return toHex(makeTransaction({ ...transparentFields(sapling, inputs, outputs), lockTime, expiryHeight }).raw);
  },
};
