import type { BandwidthOptions } from "../../bench/index.ts";
import { FluxError, later } from "../../platform/index.ts";

/** A node that is well answers at once. */
const PATIENCE_MILLIS = 10_000;

/**
 * Waits for the list of those with whom to measure, but neither for a node that hangs nor when the user wants no more.
 *
 * @param signal of the user's wish to end
 * @throws FluxError interrupted
 */
export async function peersInTime(
  asked: Promise<BandwidthOptions>,
  none: BandwidthOptions,
  signal: AbortSignal,
  patienceMillis = PATIENCE_MILLIS,
): Promise<BandwidthOptions> {
  const over = Promise.withResolvers<BandwidthOptions>();
  const interrupt = () => over.reject(new FluxError("interrupted", "interrupted", { kind: "interrupted" }));
  const cancel = later(patienceMillis, () => over.resolve(none));
  signal.addEventListener("abort", interrupt, { once: true });
  if (signal.aborted) interrupt();
  asked.catch(() => {});
  try {
    return await Promise.race([asked, over.promise]);
  } finally {
    cancel();
    signal.removeEventListener("abort", interrupt);
  }
}
