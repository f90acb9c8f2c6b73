import { keyBytes } from "../../../protocol/bytes/index.ts";

/** A byte order mark is text like any other here. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Free text that is held with one character per byte. The reference writes such bytes into its JSON as they are; here what is not
 * UTF-8 becomes the replacement character, so that the answer stays JSON.
 */
export function byteText(text: string): string {
  // Only ASCII takes one byte for each character in UTF-8.
  return Buffer.byteLength(text) === text.length ? text : utf8.decode(keyBytes(text));
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

/** 8 lower-case hex digits. */
export function hexWord(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** 64 lower-case hex digits, most significant first. */
export function hexNumber(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
