import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import { decodeWif, makeTransaction, type Transaction, type TxInput } from "../../../protocol/primitives/index.ts";
import {
  combineSignatures,
  KeyRing,
  parseSighashType,
  SighashCache,
  SighashType,
  STANDARD_FLAGS,
  scriptErrorText,
  signInput,
  TransactionSignatureChecker,
  verifyScript,
} from "../../../protocol/script/index.ts";
import type { RpcChain } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { transactionsOfBytes } from "../decode-hex.ts";
import type { JsonObject } from "../json-writer.ts";
import type { RpcArguments } from "../rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { asBranchId, signingBranchId } from "../signing/branch-id.ts";
import { KnownOutputs } from "../signing/known-outputs.ts";
import { takeToldOutput } from "../signing/previous-outputs.ts";
import { asString } from "../values.ts";

const EMPTY = new Uint8Array(0);
/** Inputs that are signed at a stretch. */
const PIECE = 16;

function keysOf(args: RpcArguments, { params }: RpcChain): KeyRing | null {
  if (args.value(2) === null) return null;
  const keys = new KeyRing();
  for (const value of args.array(2)) {
    const key = decodeWif(asString(value), params.base58);
    if (!key) throw new RpcError(RpcErrorCode.invalidAddressOrKey, "Invalid private key");
    keys.addKey(key);
  }
  return keys;
}

function hashTypeOf(args: RpcArguments): number {
  if (args.value(3) === null) return SighashType.ALL;
  const hashType = parseSighashType(args.string(3));
  if (hashType === undefined) throw new RpcError(RpcErrorCode.invalidParameter, "Invalid sighash param");
  return hashType;
}

function branchIdOf(args: RpcArguments, { params, height }: RpcChain): number {
  return args.value(4) === null ? signingBranchId(params, height) : asBranchId(args.string(4));
}

interface SigningJob {
  /** The same transaction, signed by different people. */
  readonly variants: readonly Transaction[];
  readonly outputs: KnownOutputs;
  readonly keys: KeyRing;
  readonly hashType: number;
  readonly branchId: number;
}

/** Signs all inputs as far as the keys allow and merges in the signatures of the variants. */
async function signAll({ variants, outputs, keys, hashType, branchId }: SigningJob): Promise<JsonObject> {
  const tx = variants[0] as Transaction;
  const errors: JsonObject[] = [];
  const cache = new SighashCache(tx);
  const single = (hashType & ~SighashType.ANYONECANPAY) === SighashType.SINGLE;
  const signed = (input: TxInput, inputIndex: number): TxInput => {
    const { prevout, sequence } = input;
    const complain = (scriptSig: Uint8Array, error: string) =>
      errors.push({
        txid: toDisplayHash(prevout.txid),
        vout: prevout.index,
        scriptSig: toHex(scriptSig),
        sequence,
        error,
      });
    const coin = outputs.get(prevout);
    if (!coin) {
      complain(input.scriptSig, "Input not found or already spent");
      return input;
    }
    // SINGLE without an output of the same number would sign anything.
    const signable = !single || inputIndex < tx.outputs.length;
    let scriptSig = signable ? signInput({ tx, inputIndex, coin, branchId, keys, hashType, cache }).scriptSig : EMPTY;
    const checker = new TransactionSignatureChecker(tx, inputIndex, coin.value, branchId, cache);
    for (const variant of variants) {
      const other = variant.inputs[inputIndex];
      if (other) scriptSig = combineSignatures(coin.script, checker, scriptSig, other.scriptSig);
    }
    const error = verifyScript(scriptSig, coin.script, STANDARD_FLAGS, checker);
    if (error) complain(scriptSig, scriptErrorText(error));
    return { prevout, scriptSig, sequence };
  };
  const inputs: TxInput[] = [];
  for (const [inputIndex, input] of tx.inputs.entries()) {
    // A transaction may have thousands of inputs, and others want answers meanwhile.
    if (inputIndex % PIECE === PIECE - 1) await new Promise((resolve) => setTimeout(resolve, 0));
    inputs.push(signed(input, inputIndex));
  }
  return {
    hex: toHex(makeTransaction({ ...tx, inputs }).raw),
    complete: errors.length === 0,
    errors: errors.length > 0 ? errors : undefined,
  };
}

export const signrawtransaction: RpcMethod = {
  name: "signrawtransaction",
  category: "rawtransactions",
  summary:
    "Signs the inputs of a transaction with the given keys, and merges the signatures when several variants of it follow each other.",
  params: [
    { name: "hex", type: "string", description: "serialised transaction, or variants of it" },
    {
      name: "prevtxs",
      type: "array",
      description: "outputs that it spends: objects with txid, vout, scriptPubKey, redeemScript and amount",
      optional: true,
    },
    { name: "privatekeys", type: "array", description: "the keys to sign with, in WIF form", optional: true },
    {
      name: "sighashtype",
      type: "string",
      description: "ALL (default), NONE or SINGLE, each also with |ANYONECANPAY behind it",
      optional: true,
    },
    { name: "branchid", type: "string", description: "consensus branch id in hex to sign for", optional: true },
  ],
  result: "an object with hex, complete and, if something is missing, errors",
  call: async (args, { chain }) => {
    args.expectTypesOrNull("string", "array", "array", "string", "string");
    const variants = transactionsOfBytes(args.hexBytes(0, "argument 1"));
    const outputs = new KnownOutputs();
    await chain.read((reader) => {
      for (const { prevout } of variants[0]?.inputs ?? []) outputs.lookUp(prevout, reader);
    });
    const keys = keysOf(args, chain);
    for (const value of args.value(1) === null ? [] : args.array(1)) takeToldOutput(value, outputs, keys);
    const hashType = hashTypeOf(args);
    const branchId = branchIdOf(args, chain);
    return signAll({ variants, outputs, keys: keys ?? new KeyRing(), hashType, branchId });
  },
};
