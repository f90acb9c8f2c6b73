import { writeStandardStream } from "../../platform/index.ts";
import type { OutputSettings } from "../output.ts";
import { TerminalStatus } from "../terminal-status.ts";

const REFRESH_MILLIS = 250;
const USUAL_WIDTH = 80;

/** One line on a terminal that tells what is being measured and for how long; nothing elsewhere. */
export function progressLine(settings: OutputSettings) {
  const live = process.stderr.isTTY === true && !settings.json && !settings.quiet;
  const status = new TerminalStatus(
    (text) => writeStandardStream(2, text),
    () => process.stderr.columns || USUAL_WIDTH,
  );
  let timer: ReturnType<typeof setInterval> | undefined;
  let name = "";
  let expected = 0;
  let start = 0;
  const draw = () => {
    const seconds = (performance.now() - start) / 1000;
    status.show(`${name}  ${seconds.toFixed(0)} s of about ${Math.ceil(expected)} s`);
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
      status.end();
    },
  };
}
