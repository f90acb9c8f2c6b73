import type { ExactJson } from "../node/index.ts";
import { type JsonValue, type Output, toJson } from "./output.ts";

/** Prints the answer of an RPC method: text as it is, nothing for null, anything else as JSON with the numbers as they came. */
export function printAnswer(output: Output, answer: ExactJson): void {
  // Numbers that keep their text are written by JSON.stringify itself.
  const value = answer as unknown as JsonValue;
  output.result(value, () => (typeof answer === "string" ? answer : answer === null ? "" : toJson(value)));
}
