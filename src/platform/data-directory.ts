import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { FluxError } from "./errors.ts";
import { ensureDirectory, fileStatus } from "./files.ts";

/** The network whose files lie directly in the data directory; every other network has a sub-folder with its name. */
const ROOT_NETWORK = "main";

/** Network names become a folder name, so they may not leave the data directory or hide in it. */
const NETWORK_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** Where everything that the node keeps lies. All paths are absolute. */
export interface DataDirectory {
  /** `~/.fluxnode` or what was asked for: holds fluxnode.conf and the main network. */
  readonly root: string;
  /** The folder of one network: the root itself for `main`. */
  readonly networkFolder: string;
  /** Path of a file of that network. */
  file(name: string): string;
}

/**
 * The data directory to use: `--datadir`, else `FLUXNODE_DATADIR`, else `~/.fluxnode`. Nothing is created.
 *
 * @throws FluxError no-home-directory
 */
export function resolveDataDirectory(flag: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = flag ?? environment.FLUXNODE_DATADIR;
  if (chosen === undefined) return join(homeDirectory(environment), ".fluxnode");
  if (chosen === "") {
    throw new FluxError("datadir-empty", "the data directory is given as an empty text", {
      kind: "usage",
      hint: "give a path to --datadir or FLUXNODE_DATADIR, or leave it out for ~/.fluxnode",
    });
  }
  // A shell expands the tilde only at the start of a word: not in --datadir=~/x and not in a service file.
  if (chosen === "~" || chosen.startsWith("~/")) return join(homeDirectory(environment), chosen.slice(1));
  return resolve(chosen);
}

export function homeDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment.HOME || homedir();
  if (home) return resolve(home);
  throw new FluxError("no-home-directory", "cannot tell where the home directory is", {
    hint: "set HOME, or give the data directory with --datadir",
  });
}

/** The paths of one network under a data directory, without touching the disk. */
export function dataDirectory(root: string, networkName: string): DataDirectory {
  if (!NETWORK_NAME.test(networkName)) {
    throw new FluxError(
      "network-name-invalid",
      `the network name ${JSON.stringify(networkName)} cannot name a folder`,
      {
        hint: "use letters, digits, dot, dash and underscore, at most 64, starting with a letter or digit",
        kind: "usage",
      },
    );
  }
  const networkFolder = networkName === ROOT_NETWORK ? root : join(root, networkName);
  return { root, networkFolder, file: (name) => join(networkFolder, name) };
}

/**
 * Makes sure that the folder of the network exists (new folders get mode 0700, existing ones keep theirs).
 *
 * @throws FluxError permission-denied, read-only-file-system, disk-full, not-a-directory
 */
export function createDataDirectory(root: string, networkName: string): DataDirectory {
  const directory = dataDirectory(root, networkName);
  ensureDirectory(directory.networkFolder);
  return directory;
}

/**
 * The data directory of a command that only reads: it must be there already.
 *
 * @throws FluxError datadir-not-found
 */
export function existingDataDirectory(root: string, networkName: string): DataDirectory {
  const directory = dataDirectory(root, networkName);
  const status = fileStatus(directory.networkFolder);
  if (!status) {
    throw new FluxError("datadir-not-found", `there is no data directory ${directory.networkFolder}`, {
      kind: "not-found",
      hint: "check --datadir and --network; the directory is created by `fluxnode start` or `fluxnode chain import`",
    });
  }
  if (!status.isDirectory) {
    throw new FluxError("not-a-directory", `${directory.networkFolder} is not a directory`);
  }
  return directory;
}
