import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FOLDER = new URL("../../../vectors/script/", import.meta.url);

/** The JSON value of a file in test/vectors/script. */
export function readVectors<T>(name: string): T {
  const file = readFileSync(new URL(name, FOLDER));
  return JSON.parse((name.endsWith(".gz") ? gunzipSync(file) : file).toString("utf8")) as T;
}
