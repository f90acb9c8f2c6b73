import { type CheckedSnapshot, loadSnapshot } from "../chain/index.ts";
import { readBytes } from "../platform/byte-streams/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { type ClaimedDirectory, claimDirectory } from "./open-chain.ts";

export interface LoadOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  readonly file: string;
  /** The block that the user trusts, wire order. */
  readonly trusted: Uint8Array | null;
  readonly signal: AbortSignal;
}

/**
 * Makes the chain of a data directory from a snapshot file.
 * @throws FluxError what loadSnapshot throws, datadir-in-use, file-not-found …
 */
export async function loadSnapshotFile({ params, root, file, trusted, signal }: LoadOptions): Promise<CheckedSnapshot> {
  let claimed: ClaimedDirectory | undefined;
  const claim = () => {
    claimed = claimDirectory({ params, root, create: true, indexes: false });
    return claimed.directory;
  };
  try {
    return await loadSnapshot({ params, read: () => readBytes(file, signal), trusted, claim });
  } finally {
    claimed?.release();
  }
}
