import { nativeAddon } from "../../platform/native/index.ts";
import type { SignatureBatch } from "../../protocol/script/index.ts";

/** Verifies a batch on the thread pool; -1 when all are valid, else the first invalid entry. */
export async function verifyBatch(batch: SignatureBatch): Promise<number> {
  if (batch.size === 0) return -1;
  const native = nativeAddon();
  return native ? native.verifySignatures(batch.pack()) : batch.verifyReference();
}
