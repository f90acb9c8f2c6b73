import type { TipChange } from "../chain/index.ts";
import type { Log } from "../platform/index.ts";
import { toDisplayHash } from "../protocol/bytes/index.ts";

/** Between two lines while the chain grows fast. */
const PAUSE_MILLIS = 10_000;

/** Writes changes of the tip to the log: every one for debugging, a few of them for everybody. */
export function tipLog(log: Log, monotonicMillis: () => number = () => performance.now()): (change: TipChange) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ disconnected, connected }) => {
    const entry = connected?.entry ?? disconnected.at(-1)?.entry.parent;
    if (!entry) return;
    const { height, hash } = entry;
    const fields = { height, hash: toDisplayHash(hash), transactions: connected?.block.transactions.length };
    const now = monotonicMillis();
    if (disconnected.length > 0) log.info("reorganised", { ...fields, disconnected: disconnected.length });
    else if (now - last >= PAUSE_MILLIS) log.info("new tip", fields);
    else {
      log.debug("new tip", fields);
      return;
    }
    last = now;
  };
}
