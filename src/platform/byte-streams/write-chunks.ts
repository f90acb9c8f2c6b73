import { createWriteStream, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { FluxError, systemErrorCode } from "../errors.ts";
import { fileError } from "../files.ts";
import { writeStandardStream } from "../standard-streams.ts";

export interface WriteOptions {
  /** Permission bits of a new file. */
  readonly mode: number;
  readonly gzip: boolean;
  /** Gives up; the file stays as it was. */
  readonly signal?: AbortSignal;
}

/**
 * Writes text or bytes piece by piece to a file, or to stdout for "-". A file appears, or is replaced, only when everything is on the
 * disk; pipes and devices are written to as they are.
 *
 * @returns bytes written
 * @throws FluxError, and what `chunks` throws; the file stays as it was then
 */
export async function writeChunks(
  path: string,
  chunks: AsyncIterable<string | Uint8Array>,
  options: WriteOptions,
): Promise<number> {
  if (path === "-") return writeToStdout(chunks, options.signal);
  const kind = kindOf(path);
  if (kind === "directory") throw new FluxError("is-a-directory", `cannot write ${path}: it is a directory`);
  const target = kind === "special" ? path : `${path}.${process.pid}.new`;
  try {
    const written = await writeStream(target, chunks, options);
    if (target !== path) {
      await syncFile(target);
      await rename(target, path);
    }
    return written;
  } catch (error) {
    if (target !== path) await rm(target, { force: true });
    throw error instanceof Error && systemErrorCode(error)?.startsWith("E") && "errno" in error
      ? fileError(error, "write", path)
      : error;
  }
}

async function writeToStdout(chunks: AsyncIterable<string | Uint8Array>, signal?: AbortSignal): Promise<number> {
  let written = 0;
  for await (const chunk of chunks) {
    if (signal?.aborted) break;
    writeStandardStream(1, chunk);
    written += chunk.length;
  }
  return written;
}

/** Renaming over a device or a pipe would replace it. */
function kindOf(path: string): "file" | "directory" | "special" {
  try {
    const status = statSync(path);
    return status.isFile() ? "file" : status.isDirectory() ? "directory" : "special";
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "file";
    throw fileError(error, "write", path);
  }
}

async function writeStream(
  path: string,
  chunks: AsyncIterable<string | Uint8Array>,
  options: WriteOptions,
): Promise<number> {
  const sink = createWriteStream(path, { mode: options.mode });
  const source = Readable.from(chunks);
  const settings = options.signal ? { signal: options.signal } : {};
  if (options.gzip) await pipeline(source, createGzip(), sink, settings);
  else await pipeline(source, sink, settings);
  return sink.bytesWritten;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
