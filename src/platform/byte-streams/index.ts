export { readBytes } from "./read-bytes.ts";
export { type WriteOptions, writeChunks } from "./write-chunks.ts";
