import { writeStandardStream } from "../../platform/index.ts";
import type { OutputSettings } from "../output.ts";

const REFRESH_MILLIS = 250;
const CLEAR = "\r\u001b[K";

/** One line on a terminal that tells what is being measured and for how long; nothing elsewhere. */
export function progressLine(settings: OutputSettings) {
  const live = process.stderr.isTTY === true && !settings.json && !settings.quiet;
  let timer: ReturnType<typeof setInterval> | undefined;
  let name = "";
  let expected = 0;
  let start = 0;
  const draw = () => {
    const seconds = (performance.now() - start) / 1000;
    writeStandardStream(2, `${CLEAR}${name}  ${seconds.toFixed(0)} s of about ${Math.ceil(expected)} s`);
  };
  return {
    step(step: string, expectedSeconds: number): void {
      if (!live) return;
      [name, expected, start] = [step, expectedSeconds, performance.now()];
      draw();
      timer ??= setInterval(draw, REFRESH_MILLIS);
    },
    /** Takes the line away; may be called again. */
    end(): void {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      writeStandardStream(2, CLEAR);
    },
  };
}
