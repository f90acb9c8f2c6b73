import { type Chain, MAX_MEMPOOL_FILE_SIZE, type PoolLoad } from "../chain/index.ts";
import {
  type DataDirectory,
  fileStatus,
  OWNER_ONLY_FILE,
  readBinaryFile,
  writeFileAtomically,
} from "../platform/index.ts";

const FILE = "mempool.dat";

/**
 * Takes the memory pool that the last run left behind back in, as far as its transactions are still acceptable.
 * @returns null if there is none
 * @throws FluxError for a file that cannot be read; DecodeError for one that is no saved memory pool
 */
export async function loadMempool(
  chain: Chain,
  directory: DataDirectory,
  signal: AbortSignal,
): Promise<PoolLoad | null> {
  const path = directory.file(FILE);
  if (!fileStatus(path)) return null;
  return chain.pool.load(readBinaryFile(path, MAX_MEMPOOL_FILE_SIZE), signal);
}

/** Writes the memory pool for the next run. @throws FluxError if the file cannot be written; the old one stays then */
export async function saveMempool(chain: Chain, directory: DataDirectory): Promise<void> {
  writeFileAtomically(directory.file(FILE), await chain.pool.save(), OWNER_ONLY_FILE);
}
