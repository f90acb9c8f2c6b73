import { type JsonInput, JsonNumber } from "../../../src/server/rpc/index.ts";

/** Checks that a part of an answer looks as it must. @throws Error naming the part */
export type Shape = (value: JsonInput | undefined, path: string) => void;

function fail(path: string, expected: string, value: JsonInput | undefined): never {
  const shown = value instanceof JsonNumber ? value.text : JSON.stringify(value);
  throw new Error(`${path} must be ${expected}, but is ${String(shown).slice(0, 200)}`);
}

function check(expected: string, fits: (value: JsonInput | undefined) => boolean): Shape {
  return (value, path) => {
    if (!fits(value)) fail(path, expected, value);
  };
}

function matching(expected: string, pattern: RegExp): Shape {
  return check(expected, (value) => typeof value === "string" && pattern.test(value));
}

const isNumber = (value: JsonInput | undefined) => typeof value === "number" || value instanceof JsonNumber;

export const nothing = check("null", (value) => value === null);
export const bool = check("true or false", (value) => typeof value === "boolean");
export const text = check("text", (value) => typeof value === "string");
export const number = check("a number", isNumber);
export const integer = check(
  "an integer",
  (value) => typeof value === "number" || (value instanceof JsonNumber && /^-?\d+$/.test(value.text)),
);
/** Coins with exactly 8 decimals. */
export const amount = check("an amount", (value) => value instanceof JsonNumber && /^-?\d+\.\d{8}$/.test(value.text));
export const hash = matching("a hash", /^[0-9a-f]{64}$/);
export const hex = matching("hex", /^(?:[0-9a-f]{2})+$/);
export const digits = matching("a number as text", /^\d+$/);
export const outpoint = matching("an outpoint", /^COutPoint\([0-9a-f]{64}, \d+\)$/);
export const shortOutpoint = matching("an abbreviated outpoint", /^COutPoint\([0-9a-f]{10}, \d+\)$/);
export const address = matching("an address", /^[1-9A-HJ-NP-Za-km-z]{26,36}$/);
export const tier = matching("a tier", /^(CUMULUS|NIMBUS|STRATUS)$/);

export function matches(pattern: RegExp): Shape {
  return matching(String(pattern), pattern);
}

export function exactly(expected: string | number | boolean): Shape {
  return check(JSON.stringify(expected), (value) => value === expected);
}

export function either(...shapes: readonly Shape[]): Shape {
  return (value, path) => {
    const errors: unknown[] = [];
    for (const shape of shapes) {
      try {
        return shape(value, path);
      } catch (error) {
        errors.push(error);
      }
    }
    throw new AggregateError(errors, errors.map(String).join(" and "));
  };
}

/** Any number of items of one shape. */
export function list(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) fail(path, "an array", value);
    for (const [i, each] of (value as readonly JsonInput[]).entries()) item(each, `${path}[${i}]`);
  };
}

/** At least one item of a shape: for answers in which something has to be. */
export function some(item: Shape): Shape {
  return (value, path) => {
    list(item)(value, path);
    if ((value as readonly JsonInput[]).length === 0) fail(path, "an array with something in it", value);
  };
}

/** An object with these keys in this order; a `?` behind a key says that it may be missing. */
export function record(members: Readonly<Record<string, Shape>>): Shape {
  const declared = Object.entries(members).map(([key, shape]) => ({ name: key.replace(/\?$/, ""), key, shape }));
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(path, "an object", value);
    const given = value as Readonly<Record<string, JsonInput>>;
    const present = declared.filter(({ name, key }) => !key.endsWith("?") || Object.hasOwn(given, name));
    const keys = present.map(({ name }) => name).join();
    if (Object.keys(given).join() !== keys) fail(path, `an object with the keys ${keys}`, value);
    for (const { name, shape } of present) shape(given[name], `${path}.${name}`);
  };
}

/** An object by names that are not known before. */
export function dictionary(name: RegExp, member: Shape): Shape {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(path, "an object", value);
    for (const [key, each] of Object.entries(value as Readonly<Record<string, JsonInput>>)) {
      if (!name.test(key)) fail(path, `an object with keys like ${name}`, value);
      member(each, `${path}.${key}`);
    }
  };
}
