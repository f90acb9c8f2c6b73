import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FluxError, systemErrorCode } from "../errors.ts";
import { fileError } from "../files.ts";

const CHUNK_SIZE = 1 << 18;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The content of a file, or of stdin for "-", piece by piece. Gzip is recognised by its first bytes, whatever the name says,
 * and unpacked on the way.
 *
 * @param signal ends the bytes early, even while waiting for more of them
 * @throws FluxError file-not-found, permission-denied, gzip-damaged …
 */
export async function* readBytes(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_SIZE });
  try {
    const chunks = untilAborted(stream as AsyncIterable<Uint8Array>, signal);
    const head = await firstBytes(chunks, GZIP_MAGIC.length);
    const isGzip = GZIP_MAGIC.every((byte, index) => head[index] === byte);
    yield* isGzip ? gunzip(joined(head, chunks)) : joined(head, chunks);
  } catch (error) {
    if (!signal?.aborted) throw readError(error, path);
  } finally {
    stream.destroy();
  }
}

async function* untilAborted(stream: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  while (!signal?.aborted) {
    const next = signal ? await beforeAbort(iterator.next(), signal) : await iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

/** What `next` gives, or the end when the signal comes first: a terminal or pipe may never give anything. */
async function beforeAbort(next: Promise<IteratorResult<Uint8Array>>, signal: AbortSignal) {
  let cancel = () => {};
  const aborted = new Promise<IteratorResult<Uint8Array>>((resolve) => {
    cancel = () => resolve({ done: true, value: undefined });
    signal.addEventListener("abort", cancel);
  });
  try {
    return await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function firstBytes(chunks: AsyncIterator<Uint8Array>, count: number): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < count) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* joined(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* gunzip(compressed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacker = createGunzip({ chunkSize: CHUNK_SIZE });
  const fed = pipeline(Readable.from(compressed), unpacker);
  // A failure reaches the reader through the unpacker; this promise repeats it.
  fed.catch(() => {});
  yield* unpacker as AsyncIterable<Uint8Array>;
  await fed;
}

function readError(error: unknown, path: string): FluxError {
  if (error instanceof FluxError) return error;
  const shown = path === "-" ? "standard input" : path;
  if (systemErrorCode(error)?.startsWith("Z_")) {
    return new FluxError("gzip-damaged", `cannot unpack ${shown}: the compressed data is damaged or cut off`, {
      hint: "copy or download the file again",
      cause: error,
    });
  }
  return fileError(error, "read", shown);
}
