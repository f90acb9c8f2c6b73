export { ByteReader, MAX_COMPACT_SIZE } from "./byte-reader.ts";
export { ByteWriter, compactSizeLength } from "./byte-writer.ts";
export { bytesKey, compareBytes, concatBytes, equalBytes, isZero, keyBytes } from "./compare.ts";
export { DecodeError } from "./decode-error.ts";
export { fromDisplayHash, fromHex, isHex, toDisplayHash, toHex } from "./hex.ts";
