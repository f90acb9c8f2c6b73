import type { NetworkParams } from "../params/index.ts";
import type { BlockHeader, OutPoint } from "../primitives/index.ts";
import { type Reject, reject } from "../verdict/index.ts";
import { checkEmergencySignatures } from "./emergency-block.ts";
import { checkPonTarget, headerPonHash, isBypassCollateral, isEmergencyBlock, ponSignatureValid } from "./pon.ts";

/**
 * What is known of the key that must have signed a PON block: the public key, `unknown` when the node list that is good for
 * the block has no such node, `deferred` when the list at hand may not be the right one and the check waits for connecting, or
 * `open` for a block under construction that has no producer yet.
 */
export type ProducerKey = Uint8Array | "unknown" | "deferred" | "open";

/**
 * Decides whether the node list of the active chain may judge the signature of a block at `height` (spec block-and-pow.md 5.4):
 * only at the tip's height, where a missing node proves nothing, and at the next one, where it does. A block that is being
 * connected has height tip + 1.
 * @param publicKeyOf the operating key of the node with this collateral, started, waiting or confirmed.
 */
export function producerKey(
  header: BlockHeader,
  height: number,
  tipHeight: number,
  publicKeyOf: (collateral: OutPoint) => Uint8Array | undefined,
): ProducerKey {
  if (header.proof.kind !== "pon") return "deferred";
  if (height !== tipHeight && height !== tipHeight + 1) return "deferred";
  return publicKeyOf(header.proof.collateral) ?? (height === tipHeight ? "deferred" : "unknown");
}

/**
 * Who made a PON block and with what right, in the reference's order (spec block-and-pow.md 5.2 to 5.6). The reason is the
 * caller's, since headers and blocks have different ones. Failed signatures count for the copy only: no hash commits to them.
 */
export function checkPonProducer(
  header: BlockHeader,
  height: number,
  params: NetworkParams,
  key: ProducerKey,
  reason: "bad-pon-header" | "bad-pon-block",
): Reject | null {
  if (header.proof.kind !== "pon") return reject("pon.kind", reason, 100);

  // Whoever draws a good lot and signs may still make a block of it.
  if (key === "open") return null;

  // An emergency block draws no lot; the authorised keys sign it instead.
  if (isEmergencyBlock(header, params)) {
    const signed = checkEmergencySignatures(header, params);
    return signed ? null : reject("pon.emergency-signatures", reason, 100, { scope: "copy" });
  }

  // The PON hash meets the target under the limit of this height.
  const hash = headerPonHash(header, params) as Uint8Array;
  if (!checkPonTarget(hash, header.bits, params, height)) return reject("pon.target", reason, 100);

  // The development collateral of the test networks needs no signature.
  if (isBypassCollateral(header.proof.collateral, params)) return null;

  // The producer is in the node list after the parent block, in whatever state, and its operating key signed the block hash.
  if (key === "deferred") return null;
  if (key === "unknown") return reject("pon.producer", reason, 100);
  return ponSignatureValid(header, key) ? null : reject("pon.signature", reason, 100, { scope: "copy" });
}
