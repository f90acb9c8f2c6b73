/// Connects recorded blocks in a process of its own, so that limits of the system can be set for it alone.
import { Chain } from "../../src/chain/index.ts";
import { createClock, dataDirectory, FluxError } from "../../src/platform/index.ts";
import { nativeAddon } from "../../src/platform/native/index.ts";
import { sqliteVersion } from "../../src/platform/sqlite/index.ts";
import { toDisplayHash } from "../../src/protocol/bytes/index.ts";
import { blocksOf, MOCK_TIME, networkOf, type RecordedSet } from "./recorded-set.ts";

/** Whom the system lets do nothing special. */
const NOBODY = 65_534;

export interface ChainTask {
  readonly set: RecordedSet;
  /** Root of the data directory. */
  readonly root: string;
  /** Height to reach. */
  readonly height: number;
  /** Give up the rights of the superuser first. */
  readonly asNobody?: boolean;
  readonly mockTime?: number | null;
}

export interface ChainTaskResult {
  readonly height: number;
  /** Of the coin set. */
  readonly hash?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | undefined };
}

async function perform({
  set,
  root,
  height,
  asNobody = false,
  mockTime = MOCK_TIME,
}: ChainTask): Promise<ChainTaskResult> {
  const params = networkOf(set);
  const blocks = blocksOf(set);
  nativeAddon();
  sqliteVersion();
  if (asNobody && process.getuid?.() === 0) process.setuid?.(NOBODY);
  let chain: Chain | undefined;
  try {
    const directory = dataDirectory(root, params.name);
    chain = await Chain.open({ params, directory, clock: createClock(mockTime), indexes: false });
    for (const raw of blocks.slice(chain.height, height)) await chain.submitBlock(raw);
    const hash = toDisplayHash((await chain.coinStatistics()).hash);
    return { height: chain.height, hash };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { code, message, hint } = error;
    return { height: chain?.height ?? -1, error: { code, message, hint } };
  } finally {
    await chain?.close();
  }
}

if (import.meta.main) {
  const [task] = process.argv.slice(2);
  console.log(JSON.stringify(await perform(JSON.parse(task as string))));
}
