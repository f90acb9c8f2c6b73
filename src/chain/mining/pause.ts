import { later } from "../../platform/index.ts";

/** Waits; false if the signal ended it early. */
export function pause(millis: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (inTime: boolean) => {
      cancel();
      signal.removeEventListener("abort", stop);
      resolve(inTime);
    };
    const stop = () => end(false);
    const cancel = later(millis, () => end(true));
    signal.addEventListener("abort", stop, { once: true });
  });
}
