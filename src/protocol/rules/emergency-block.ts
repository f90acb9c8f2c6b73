import { ByteReader, ByteWriter, bytesKey, DecodeError } from "../bytes/index.ts";
import { ecdsaVerify } from "../crypto/index.ts";
import type { NetworkParams } from "../params/index.ts";
import type { BlockHeader } from "../primitives/index.ts";

/** Longest DER signature in a block header (spec chain-params.md section 4). */
export const MAX_BLOCK_SIGNATURE = 73;

const EMPTY = new Uint8Array(0);

/**
 * Signatures inside the signature field of an emergency block (spec pon.md section 11): a count, then length-prefixed
 * signatures. Bytes after them are ignored; entries that are cut off are empty.
 * @returns null when more are declared than `limit`, so that a count costs nothing.
 */
export function decodeEmergencySignatures(field: Uint8Array, limit: number): Uint8Array[] | null {
  const reader = new ByteReader(field);
  const signatures: Uint8Array[] = [];
  let declared = 0;
  try {
    declared = reader.compactSize();
    if (declared > limit) return null;
    for (let i = 0; i < declared; i++) signatures.push(reader.varBytes());
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  while (signatures.length < declared) signatures.push(EMPTY);
  return signatures;
}

/** The signature field of an emergency block for these DER signatures. */
export function encodeEmergencySignatures(signatures: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(256).compactSize(signatures.length);
  for (const signature of signatures) writer.varBytes(signature);
  return writer.finish();
}

/**
 * True if enough of the authorised keys signed the block hash (spec pon.md section 11). Each key counts once, signatures of
 * nobody are skipped, an oversized one ends the check, and what follows the last needed signature is not read. Networks
 * without `verifyEmergencySignatures` only count the entries.
 */
export function checkEmergencySignatures(header: BlockHeader, params: NetworkParams): boolean {
  if (header.proof.kind !== "pon") return false;
  const { publicKeys, minSignatures } = params.emergency;
  const signatures = decodeEmergencySignatures(header.proof.signature, publicKeys.length);
  if (!signatures || signatures.length < minSignatures) return false;
  if (!params.rules.verifyEmergencySignatures) return true;

  const unused = new Map(publicKeys.map((key) => [bytesKey(key), key]));
  let valid = 0;
  for (const signature of signatures) {
    if (signature.length > MAX_BLOCK_SIGNATURE) return false;
    for (const [id, key] of unused) {
      if (signature.length === 0 || !ecdsaVerify(header.hash, signature, key)) continue;
      unused.delete(id);
      valid++;
      break;
    }
    if (valid >= minSignatures) return true;
  }
  return false;
}
