import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { FluxError } from "../errors.ts";

/** Files inside a compiled executable live under this prefix; they can be read but the dynamic linker cannot see them. */
const EMBEDDED_PREFIX = "/$bunfs/";

/** True inside the program that `bun build --compile` made, false when the sources are run. */
export function isCompiledExecutable(): boolean {
  return import.meta.path.startsWith(EMBEDDED_PREFIX);
}

let fallbackDirectory: string | null = null;

/**
 * Sets the data directory under whose `native/` folder addons are kept when the temporary directory cannot hold
 * executable files. Call it before the first addon is loaded; the default is $FLUXNODE_DATADIR or ~/.fluxnode.
 */
export function setNativeFallbackDirectory(directory: string): void {
  fallbackDirectory = directory;
}

function nativeFolder(): string {
  return join(fallbackDirectory ?? process.env.FLUXNODE_DATADIR ?? join(homedir(), ".fluxnode"), "native");
}

function dlopen(path: string): unknown {
  const loaded = { exports: {} as unknown };
  process.dlopen(loaded, path);
  return loaded.exports;
}

/** O_EXCL, so that a file or link that someone else put there is never written to or loaded. */
function writeNewFile(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o700);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  } finally {
    closeSync(descriptor);
  }
}

function loadThroughTemporaryFile(bytes: Uint8Array, name: string): unknown {
  const path = join(tmpdir(), `${name}-${randomBytes(16).toString("hex")}.node`);
  try {
    writeNewFile(path, bytes);
    return dlopen(path);
  } finally {
    // The mapping keeps the file alive; nothing is left behind even when the process is killed later.
    rmSync(path, { force: true });
  }
}

/** A private place: another account that could write there could make us run its code. */
function assertPrivateDirectory(folder: string): void {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new Error(`${folder} is not a directory`);
  if (stat.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  if ((stat.mode & 0o022) !== 0) throw new Error(`${folder} can be written to by other users`);
}

function holdsExactly(path: string, bytes: Uint8Array): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) return false;
  return stat.size === bytes.length && readFileSync(path).equals(bytes);
}

function loadThroughDataDirectory(bytes: Uint8Array, name: string): unknown {
  const folder = nativeFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivateDirectory(folder);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const path = join(folder, `${name}-${digest}.node`);
  if (!holdsExactly(path, bytes)) {
    const temporary = `${path}.${randomBytes(8).toString("hex")}`;
    try {
      writeNewFile(temporary, bytes);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return dlopen(path);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Loads a Node-API addon that was imported `with { type: "file" }` and returns its exports.
 *
 * In a checkout `file` is loaded in place (and has to be a computed path: Bun refuses to import .node files from
 * source, so guard the import with {@link isCompiledExecutable}). Inside the compiled executable its bytes are written to a private, randomly
 * named file in the temporary directory, loaded and unlinked; if that directory cannot hold executable files (read
 * only, full, mounted noexec) they are kept in the data directory instead. `name` becomes part of the file names.
 *
 * Throws FluxError native-addon-unavailable telling everything that was tried.
 */
export function loadEmbeddedAddon(file: string, name: string): unknown {
  if (!file.startsWith(EMBEDDED_PREFIX)) {
    try {
      return dlopen(file);
    } catch (error) {
      throw new FluxError(
        "native-addon-unavailable",
        `cannot load the native addon ${name} from ${file}: ${reasonOf(error)}`,
        {
          hint: "build it again with: node scripts/build-native.mjs",
          cause: error,
        },
      );
    }
  }

  const bytes = readFileSync(file);
  let temporaryFailure: unknown;
  try {
    return loadThroughTemporaryFile(bytes, name);
  } catch (error) {
    temporaryFailure = error;
  }
  try {
    return loadThroughDataDirectory(bytes, name);
  } catch (error) {
    throw new FluxError(
      "native-addon-unavailable",
      `cannot load the native addon ${name}; ` +
        `from the temporary directory ${tmpdir()}: ${reasonOf(temporaryFailure)}; ` +
        `from ${nativeFolder()}: ${reasonOf(error)}`,
      {
        hint: /shared object file: No such file/.test(reasonOf(error))
          ? "install the library that is missing (Debian and Ubuntu: apt-get install libstdc++6)."
          : "point TMPDIR or --datadir at a writable directory on a file system that is not mounted noexec.",
        cause: error,
      },
    );
  }
}
