import { FluxError } from "../platform/index.ts";

/**
 * A whole number given as an option.
 * @param name of the option, for the message
 * @throws FluxError usage
 */
export function wholeNumber(text: string, name: string, least = 0, most = 0x7fffffff): number {
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= least && value <= most) return value;
  throw new FluxError("usage", `${name} expects a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`, {
    kind: "usage",
  });
}
