import type { ExactJson, ExactJsonObject } from "../../node/index.ts";

/** The objects of an answer that is a list; nothing else of it. */
export function objectsOf(answer: ExactJson): ExactJsonObject[] {
  return Array.isArray(answer) ? answer.filter((each) => typeof each === "object" && each !== null) : [];
}

/** One part of an answer as text; `-` for what is not there. */
export function textOf(value: ExactJson | undefined): string {
  if (value === undefined || value === null || value === "") return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `COutPoint(txid, n)` as the commands take it: `txid:n`. */
export function outPointText(value: ExactJson | undefined): string {
  return textOf(value).replace(/^COutPoint\(([0-9a-f]+), (\d+)\)$/, "$1:$2");
}
