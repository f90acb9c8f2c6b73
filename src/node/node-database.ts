import { BENCH_MIGRATION } from "../bench/index.ts";
import { PEER_MIGRATION } from "../p2p/index.ts";
import type { DataDirectory } from "../platform/index.ts";
import { type Database, openDatabase } from "../platform/sqlite/index.ts";

/** "FxNd" */
const APPLICATION_ID = 0x46784e64;

/** Every step that node.db has taken, whoever's tables it makes: append only. */
const MIGRATIONS: readonly string[] = [BENCH_MIGRATION, PEER_MIGRATION];

/**
 * Opens node.db, which holds what the node remembers besides the chain. The caller closes it.
 *
 * @throws FluxError database-foreign, database-damaged, database-newer, disk-full, permission-denied
 */
export function openNodeDatabase(directory: DataDirectory, create = true): Database {
  return openDatabase(directory.file("node.db"), { applicationId: APPLICATION_ID, migrations: MIGRATIONS, create });
}
