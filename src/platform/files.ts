import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { FluxError, systemErrorCode } from "./errors.ts";

/** Readable and writable by the owner alone: for secrets and for everything in the data directory. */
export const OWNER_ONLY_FILE = 0o600;
export const OWNER_ONLY_DIRECTORY = 0o700;

/**
 * Turns an error of the operating system into a FluxError that names the path.
 *
 * @param action what was tried, e.g. "read" or "write"
 */
export function fileError(error: unknown, action: string, path: string): FluxError {
  switch (systemErrorCode(error)) {
    case "ENOENT":
      return new FluxError("file-not-found", `cannot ${action} ${path}: it does not exist`, {
        kind: "not-found",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new FluxError("permission-denied", `cannot ${action} ${path}: permission denied`, {
        hint: "run as the user who owns it, or give that user access",
        cause: error,
      });
    case "EROFS":
      return new FluxError("read-only-file-system", `cannot ${action} ${path}: the file system is read-only`, {
        hint: "choose a writable data directory with --datadir",
        cause: error,
      });
    case "ENOSPC":
    case "EDQUOT":
      return new FluxError("disk-full", `cannot ${action} ${path}: no space left`, {
        hint: "free some space on that disk; nothing was changed",
        cause: error,
      });
    case "EISDIR":
      return new FluxError("is-a-directory", `cannot ${action} ${path}: it is a directory`, { cause: error });
    case "ENOTDIR":
      return new FluxError("not-a-directory", `cannot ${action} ${path}: a part of the path is not a directory`, {
        cause: error,
      });
    default:
      return new FluxError(
        "file-error",
        `cannot ${action} ${path}: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
  }
}

/**
 * Reads a small text file whole.
 *
 * @param limit the largest size in bytes that makes sense for this file; more is an error, not an allocation
 * @throws FluxError file-not-found, permission-denied, file-too-large, not-text …
 */
export function readTextFile(path: string, limit: number): string {
  const bytes = readBinaryFile(path, limit);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FluxError("not-text", `${path} is not a text file (UTF-8)`, { cause: error });
  }
}

/**
 * Reads a file whole.
 *
 * @param limit the largest size in bytes that makes sense for this file; more is an error, not an allocation
 * @throws FluxError file-not-found, permission-denied, file-too-large …
 */
export function readBinaryFile(path: string, limit: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readAtMost(path, limit + 1);
  } catch (error) {
    throw fileError(error, "read", path);
  }
  if (bytes.length <= limit) return bytes;
  throw new FluxError("file-too-large", `${path} is larger than ${limit} bytes`, {
    hint: "is it really the file that was meant?",
  });
}

function readAtMost(path: string, size: number): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    // A regular file tells its size; a pipe or device does not and gets the whole allowance.
    const status = fstatSync(descriptor);
    const buffer = new Uint8Array(status.isFile() ? Math.min(size, status.size + 1) : size);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a file so that a reader, or a power cut, sees either the old or the new content, never a mixture.
 *
 * @param mode permission bits of the new file, e.g. OWNER_ONLY_FILE
 * @throws FluxError, leaving the old file as it was
 */
export function writeFileAtomically(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = `${path}.${process.pid}.new`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    const descriptor = openSync(temporary, "wx", mode);
    try {
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(error, "write", path);
  }
}

/**
 * Writes a file that must not be there yet.
 *
 * @param mode permission bits, e.g. OWNER_ONLY_FILE
 * @throws FluxError file-exists (kind "refused"), permission-denied, disk-full …
 */
export function writeNewFile(path: string, content: string, mode: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, "wx", mode);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw fileError(error, "write", path);
    throw new FluxError("file-exists", `${path} is there already and is not overwritten`, {
      kind: "refused",
      hint: "choose another name",
      cause: error,
    });
  }
  try {
    const bytes = new TextEncoder().encode(content);
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(path, { force: true });
    throw fileError(error, "write", path);
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(dirname(path));
}

/** A rename survives a power cut only once the directory itself is on the disk. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a directory and its parents (mode 0700) unless it is there; an existing directory keeps its mode. */
export function ensureDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") {
      throw new FluxError("not-a-directory", `cannot use ${path} as a directory: it is a file`, { cause: error });
    }
    throw fileError(error, "create", path);
  }
}

/** Size in bytes and permission bits of a path, undefined if there is nothing. */
export function fileStatus(path: string): { size: number; mode: number; isDirectory: boolean } | undefined {
  try {
    const status = statSync(path);
    return { size: status.size, mode: status.mode & 0o777, isDirectory: status.isDirectory() };
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return undefined;
    throw fileError(error, "look at", path);
  }
}
