import type { HttpReply } from "../../platform/http/index.ts";
import { toHex } from "../../protocol/bytes/index.ts";
import { type JsonValue, writeJson } from "../rpc/index.ts";

/** Forms in which something can be asked for, by the end of the path. */
export type RestFormat = "bin" | "hex" | "json";

const ALL_FORMATS = ".bin, .hex, .json";

/** An error in the daemon's words: plain text with the line end of the network. */
export function restError(status: number, text: string): HttpReply {
  return { status, headers: { "content-type": "text/plain" }, body: `${text}\r\n` };
}

export function restJson(value: JsonValue): HttpReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: `${writeJson(value)}\n` };
}

/** The bytes or the JSON, as asked for. */
export function restReply(
  format: RestFormat | null,
  bytes: () => Uint8Array,
  json: () => JsonValue,
  formats = ALL_FORMATS,
): HttpReply {
  switch (format) {
    case "bin":
      return { status: 200, headers: { "content-type": "application/octet-stream" }, body: bytes() };
    case "hex":
      return { status: 200, headers: { "content-type": "text/plain" }, body: `${toHex(bytes())}\n` };
    case "json":
      return restJson(json());
    default:
      return unknownFormat(formats);
  }
}

export function unknownFormat(formats = ALL_FORMATS): HttpReply {
  return restError(404, `output format not found (available: ${formats})`);
}

/** What stands before the first dot of a path, and the format behind it; what follows a second dot does not count. */
export function splitFormat(path: string): { readonly name: string; readonly format: RestFormat | null } {
  const [name = "", ending] = path.split(".");
  const known = ending === "bin" || ending === "hex" || ending === "json";
  return { name, format: known ? ending : null };
}

/** The parts between separators; nothing behind the last one is no part. */
export function splitParts(text: string): string[] {
  const parts = text.split("/");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}
