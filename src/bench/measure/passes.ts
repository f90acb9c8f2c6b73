import type { DiskTransfer } from "../../platform/native/index.ts";
import { median } from "../median.ts";
import type { TransferResult } from "../report.ts";

/** One pass over the file takes half a second on a fast disk, which is too short to go by; the median of three is not. */
const MOST_PASSES = 3;

/**
 * Goes over a file several times, as often as it fits into the time, and gives the median rate.
 * @param seconds for all passes together; the first one may take all of it
 * @param pass is told how long it may take at most
 */
export function inPasses(seconds: number, pass: (seconds: number) => DiskTransfer): TransferResult {
  const passes: DiskTransfer[] = [];
  const sum = (figure: keyof DiskTransfer) => passes.reduce((total, one) => total + one[figure], 0);
  do {
    passes.push(pass(seconds - sum("seconds")));
  } while (passes.length < MOST_PASSES && sum("seconds") + Math.max(...passes.map((one) => one.seconds)) < seconds);
  const rates = passes.map((one) => (one.seconds > 0 ? one.bytes / one.seconds : 0));
  return {
    bytes: sum("bytes"),
    seconds: sum("seconds"),
    bytesPerSecond: median(rates),
    bytesPerSecondOfPasses: rates,
  };
}
