import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { systemErrorCode } from "../errors.ts";
import { fileError } from "../files.ts";

const PIECE = 64 * 1024;
/** A line has no business to be longer; what comes before that is cut off. */
const MAX_TAIL = 16 * 1024 * 1024;
const POLL_MILLIS = 200;
const NEWLINE = 0x0a;

/** The end of a file, and where it ends: what {@link followFile} goes on from. */
export interface FileTail {
  readonly bytes: Uint8Array;
  readonly end: FilePlace;
}

/** The file stays open, so that nothing is missed when it is replaced in the meantime. */
interface FilePlace {
  readonly descriptor: number;
  readonly offset: number;
}

/**
 * The last lines of a file of any size. It stays open for {@link followFile}, which closes it, or the end of the process.
 * @throws FluxError file-not-found, permission-denied …
 */
export function lastLines(path: string, count: number): FileTail {
  const descriptor = open(path);
  const { size } = fstatSync(descriptor);
  let start = size;
  let tail = Buffer.alloc(0);
  while (start > 0 && newlines(tail) <= count && tail.length < MAX_TAIL) {
    const length = Math.min(PIECE, start);
    start -= length;
    tail = Buffer.concat([readAt(descriptor, start, length), tail]);
  }
  return { bytes: linesOf(tail, count), end: { descriptor, offset: size } };
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function linesOf(bytes: Uint8Array, count: number): Uint8Array {
  if (count === 0) return bytes.subarray(bytes.length);
  // A newline at the very end closes the last line, it does not begin another one.
  let start = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  for (let found = 0; found < count; found++) {
    if (start <= 0) return bytes;
    start = bytes.lastIndexOf(NEWLINE, start - 1);
    if (start < 0) return bytes;
  }
  return bytes.subarray(start + 1);
}

/**
 * Hands over what is appended to a file until it is aborted. When the file is replaced by another one of its name, or cut, the
 * rest of the old one comes first and then the new one from its start.
 */
export async function followFile(
  path: string,
  from: FilePlace,
  onBytes: (bytes: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  let { descriptor, offset } = from;
  try {
    while (!signal.aborted) {
      offset = readOn(descriptor, offset, onBytes);
      const next = inodeOf(path);
      if (next !== null && next !== fstatSync(descriptor).ino) {
        // Between the two looks the last lines may have come.
        readOn(descriptor, offset, onBytes);
        closeSync(descriptor);
        descriptor = open(path);
        offset = 0;
        continue;
      }
      await pause(signal);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readOn(descriptor: number, from: number, onBytes: (bytes: Uint8Array) => void): number {
  const { size } = fstatSync(descriptor);
  let offset = size < from ? 0 : from;
  while (offset < size) {
    const bytes = readAt(descriptor, offset, Math.min(PIECE, size - offset));
    if (bytes.length === 0) break;
    onBytes(bytes);
    offset += bytes.length;
  }
  return offset;
}

function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch (error) {
    // Just renamed: the new one comes with the next line.
    if (systemErrorCode(error) === "ENOENT") return null;
    throw fileError(error, "look at", path);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, POLL_MILLIS);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
