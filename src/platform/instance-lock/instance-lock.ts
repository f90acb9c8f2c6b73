import { readFileSync, rmSync } from "node:fs";
import type { DataDirectory } from "../data-directory.ts";
import { FluxError } from "../errors.ts";
import { OWNER_ONLY_FILE, writeFileAtomically } from "../files.ts";
import { isProcessAlive } from "../process-alive.ts";
import { takeFileLock } from "./file-lock.ts";

const LOCK_FILE = ".lock";
const PID_FILE = "fluxnode.pid";

/** Proof that this process alone works on a data directory. */
export interface InstanceLock {
  /** Gives the directory free. Calling it again does nothing. */
  release(): void;
}

/**
 * Takes the data directory of one network for this process, until `release` or the end of the process.
 *
 * The lock is one that the operating system holds (a POSIX record lock, through SQLite, on `.lock`): it disappears with the
 * process however that ends, so there is no stale lock. `fluxnode.pid` only tells people who the holder is.
 *
 * @throws FluxError datadir-in-use (kind "refused") naming the holder's process id
 */
export function acquireInstanceLock(directory: DataDirectory): InstanceLock {
  const lockPath = directory.file(LOCK_FILE);
  const pidPath = directory.file(PID_FILE);
  const unlock = takeFileLock(lockPath);
  if (unlock === null) throw inUse(directory, pidPath);
  try {
    writeFileAtomically(pidPath, `${process.pid}\n`, OWNER_ONLY_FILE);
  } catch (error) {
    unlock();
    throw error;
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      // Before the lock goes: afterwards the file may already be the next holder's.
      rmSync(pidPath, { force: true });
      unlock();
    },
  };
}

/** The process that says it holds the data directory, if it is alive; undefined while that is not known. */
export function lockHolder(directory: DataDirectory): number | undefined {
  const pid = readPid(directory.file(PID_FILE));
  return pid !== undefined && isProcessAlive(pid) ? pid : undefined;
}

function inUse(directory: DataDirectory, pidPath: string): FluxError {
  const pid = holder(pidPath);
  const who = pid === undefined ? "another fluxnode process" : `another fluxnode process (pid ${pid})`;
  return new FluxError("datadir-in-use", `the data directory ${directory.networkFolder} is in use by ${who}`, {
    hint: "stop that process, or give this one another --datadir",
    kind: "refused",
  });
}

/** The process id in the pid file, unless that process is gone: then a new holder has not written its own yet. */
function holder(pidPath: string): number | undefined {
  for (let attempt = 0; attempt < 5; attempt++) {
    const pid = readPid(pidPath);
    if (pid !== undefined && isProcessAlive(pid)) return pid;
    Bun.sleepSync(20);
  }
  return undefined;
}

function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
