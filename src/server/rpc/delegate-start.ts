import { isZero, toDisplayHash } from "../../protocol/bytes/index.ts";
import { publicKeyCreate, publicKeyIsValid } from "../../protocol/crypto/index.ts";
import { SIGNED_BY_DELEGATE, type StartOwner, signStart, upgradedStart } from "../../protocol/fluxnodes/index.ts";
import {
  decodeWif,
  encodeAddress,
  type FluxnodeStart,
  type OutPoint,
  type PrivateKey,
} from "../../protocol/primitives/index.ts";
import { keyDestination } from "../../protocol/script/index.ts";
import type { ChainReader, RpcContext } from "./context.ts";
import { collateralObstacle, delegateObstacle, startObstacle } from "./fluxnode-start-obstacle.ts";
import type { JsonObject } from "./json-writer.ts";
import { leadingInt, lenientHex } from "./lenient-values.ts";
import { previousStart } from "./previous-start.ts";
import type { RpcArguments } from "./rpc-arguments.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";
import { lenientHash } from "./values.ts";

/** Why a start did not work: told inside the answer, not as an error of the call. */
export class StartFailure extends Error {}

/** How the two methods differ. */
export interface DelegateStartKind {
  /** The words of the reference for what stands in the way. */
  words(obstacle: string): string;
  /** Whom the START names. @throws StartFailure */
  owner(text: string, previous: FluxnodeStart | null): StartOwner;
  /** What the answer tells besides. */
  also?(owner: StartOwner, context: RpcContext): JsonObject;
}

function text(args: RpcArguments, index: number): string {
  return args.has(index) ? args.string(index) : "";
}

/** A public key given as hex, which must be on the curve. @throws StartFailure */
export function givenPublicKey(hex: string, name: string): Uint8Array {
  const key = lenientHex(hex);
  if (publicKeyIsValid(key)) return key;
  throw new StartFailure(`Invalid ${name}`);
}

export function notFound(what: string): StartFailure {
  return new StartFailure(`Could not find ${what} in blockchain. Please provide it as a parameter.`);
}

function collateralOf(hashText: string, indexText: string): OutPoint {
  const txid = lenientHash(hashText);
  if (isZero(txid)) throw new StartFailure("Invalid transaction hash");
  const index = leadingInt(indexText);
  if (index === null) throw new StartFailure("Invalid output index");
  return { txid, index: index >>> 0 };
}

/** @throws RpcError -1 before there are fluxnode transactions */
export function requireFluxnodeTransactions({ tip, params }: ChainReader): void {
  // A plain comparison: where the upgrade never activates (-1) the daemon answers as well.
  if (tip.height >= params.heights.kamata) return;
  throw new RpcError(RpcErrorCode.misc, "deterministic fluxnodes transactions is not active yet");
}

async function start(args: RpcArguments, context: RpcContext, kind: DelegateStartKind): Promise<JsonObject> {
  const { chain, network, keepsKeysApart } = context;
  const { params } = chain;
  const [hashText, indexText, keyText] = [args.string(0), args.string(1), args.string(2)];
  const [nodeKeyText, ownerText] = [text(args, 3), text(args, 4)];
  const refuse = (obstacle: string | null) => {
    if (obstacle !== null) throw new StartFailure(kind.words(obstacle));
  };
  const collateral = collateralOf(hashText, indexText);
  refuse(await chain.read((reader) => startObstacle(reader, collateral)));
  const key: PrivateKey | null = decodeWif(keyText, params.base58);
  if (!key) throw new StartFailure("Invalid delegate private key");
  const publicKey = publicKeyCreate(key.secret, key.compressed);
  refuse(
    await chain.read(
      (reader) => delegateObstacle(reader, collateral, publicKey) ?? collateralObstacle(reader, collateral),
    ),
  );
  const missing = nodeKeyText === "" || ownerText === "";
  const previous = missing && !keepsKeysApart ? await previousStart(chain, collateral) : null;
  const nodeKey = nodeKeyText === "" ? previous?.publicKey : givenPublicKey(nodeKeyText, "VPS public key");
  if (!nodeKey) throw notFound("VPS public key");
  const owner = kind.owner(ownerText, previous);
  const fields = { collateral, publicKey: nodeKey, sigTime: chain.adjustedTime };
  const tx = signStart(upgradedStart(fields, owner, SIGNED_BY_DELEGATE), key);
  const outcome = await chain.pool.accept(tx, { refuseAbsurdFee: true });
  if (outcome.kind !== "accepted") throw new StartFailure("Failed to commit transaction");
  network.relay(tx);
  return {
    result: "success",
    txid: toDisplayHash(tx.txid),
    delegate: encodeAddress(keyDestination(publicKey), params.base58),
    ...kind.also?.(owner, context),
  };
}

/**
 * Starts the fluxnode of a collateral with the key of a delegate (spec fluxnode-config.md 9.5, 9.6).
 * @throws RpcError -1 for parameters of a wrong type and before there are fluxnode transactions; everything else is in the answer
 */
export async function startAsDelegate(
  args: RpcArguments,
  context: RpcContext,
  kind: DelegateStartKind,
): Promise<JsonObject> {
  await context.chain.read(requireFluxnodeTransactions);
  try {
    return await start(args, context, kind);
  } catch (error) {
    if (error instanceof StartFailure) return { result: "failed", error: error.message };
    throw error;
  }
}
