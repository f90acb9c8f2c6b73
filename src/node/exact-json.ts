/** A number as it was written, for instance 1.00000000; `JSON.stringify` writes it so again. */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** Parsed JSON in which numbers keep their text. */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactJsonObject;

export interface ExactJsonObject {
  readonly [key: string]: ExactJson | undefined;
}

interface RawJsonMaker {
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): boolean;
}

const { rawJSON, isRawJSON } = JSON as unknown as RawJsonMaker;

/** A number whose text is kept. */
export function exactNumber(text: string): ExactNumber {
  return rawJSON(text);
}

/** @throws SyntaxError for anything that is not JSON */
export function parseExactJson(text: string): ExactJson {
  const keepText = (_: string, value: unknown, context: { readonly source?: string }) =>
    typeof value === "number" ? rawJSON(context.source ?? String(value)) : value;
  return JSON.parse(text, keepText as (key: string, value: unknown) => unknown);
}

export function isExactObject(value: ExactJson | undefined): value is ExactJsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJSON(value);
}

/** The value of a number; NaN for anything else. */
export function numberOf(value: ExactJson | undefined): number {
  return isRawJSON(value) ? Number((value as ExactNumber).rawJSON) : Number.NaN;
}
