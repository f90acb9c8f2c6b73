import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createDataDirectory, type DataDirectory } from "../../src/platform/index.ts";
import { toHex } from "../../src/protocol/bytes/index.ts";
import { sha256 } from "../../src/protocol/crypto/index.ts";
import type { ChainTask, ChainTaskResult } from "./chain-process.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import {
  coinHashOf,
  connectAll,
  freshChain,
  openTestChain,
  removeScratchFolders,
  scratchFolder,
} from "./test-store.ts";

const SET = "regtest-a";
const params = networkOf(SET);
const HEIGHT = 900;
const CHILD = join(import.meta.dir, "chain-process.ts");
const TIMEOUT = 60_000;

let finalHash: string;

beforeAll(async () => {
  const chain = await freshChain(params);
  await connectAll(chain, blocksOf(SET).slice(0, HEIGHT));
  finalHash = await coinHashOf(chain);
  await chain.close();
  removeScratchFolders();
});

afterEach(removeScratchFolders);

/** Runs a task in a child process; `limit` is the largest file it may write, KiB. */
function runChild(task: ChainTask, limit?: number): ChainTaskResult {
  const setLimit = limit === undefined ? "" : `trap '' XFSZ; ulimit -f ${limit}; `;
  const child = spawnSync("bash", ["-c", `${setLimit}exec "$0" "$@"`, process.execPath, CHILD, JSON.stringify(task)], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`the child ended with ${child.status ?? child.signal}: ${child.stderr}`);
  return JSON.parse(child.stdout);
}

function contents(directory: DataDirectory): Record<string, string> {
  const names = readdirSync(directory.networkFolder).sort();
  return Object.fromEntries(names.map((name) => [name, toHex(sha256(readFileSync(directory.file(name))))]));
}

/** The store is at a height that was reached, and goes on from there to the state that every node has. */
async function expectGoesOn(directory: DataDirectory, reached: number): Promise<void> {
  const chain = await openTestChain(params, directory);
  expect(chain.height).toBeLessThanOrEqual(reached);
  expect(chain.height).toBeGreaterThanOrEqual(0);
  expect((await chain.verify(4, 0)).problem).toBeNull();
  await connectAll(chain, blocksOf(SET).slice(chain.height, HEIGHT));
  expect(await coinHashOf(chain)).toBe(finalHash);
  await chain.close();
}

describe("a disk without space", () => {
  test(
    "files that may not grow stop the chain where it is",
    async () => {
      for (const [limit, mockTime] of [
        [40, MOCK_TIME],
        [300, null],
        [450, MOCK_TIME],
        [800, null],
      ] as const) {
        const root = scratchFolder();
        const directory = createDataDirectory(root, params.name);
        const { height, error } = runChild({ set: SET, root, height: HEIGHT, mockTime }, limit);
        expect(error?.code).toMatch(/^disk-(full|error)$/);
        expect(error?.hint).toBeTruthy();
        await expectGoesOn(directory, Math.max(0, height));
      }
    },
    TIMEOUT,
  );

  test(
    "a full file system stops the chain where it is",
    async () => {
      const root = scratchFolder();
      const disk = join(root, "disk");
      mkdirSync(disk);
      // Without the right to mount, a limit on the size of files has to stand for the full disk.
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]).status === 0;
      try {
        const directory = createDataDirectory(disk, params.name);
        const { height, error } = runChild({ set: SET, root: disk, height: HEIGHT }, mounted ? undefined : 700);
        expect(error?.code).toMatch(mounted ? /^disk-full$/ : /^disk-(full|error)$/);
        expect(height).toBeGreaterThan(50);
        const again = runChild({ set: SET, root: disk, height: HEIGHT }, mounted ? undefined : 700);
        expect(again.error?.code).toMatch(/^disk-(full|error)$/);
        if (mounted) expect(spawnSync("mount", ["-o", "remount,size=64m", disk]).status).toBe(0);
        await expectGoesOn(directory, Math.max(height, again.height));
      } finally {
        if (mounted) spawnSync("umount", [disk]);
      }
    },
    TIMEOUT,
  );
});

test(
  "a process that is killed leaves a chain that goes on",
  async () => {
    const root = scratchFolder();
    const directory = createDataDirectory(root, params.name);
    let reached = 0;
    for (let i = 0, delay = 150; i < 6 || reached === 0; i++, delay += 90) {
      const task: ChainTask = { set: SET, root, height: HEIGHT - 1, mockTime: i % 2 === 0 ? MOCK_TIME : null };
      const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: "ignore" });
      const ended = once(child, "exit");
      await Bun.sleep(delay);
      child.kill("SIGKILL");
      await ended;
      const chain = await openTestChain(params, directory);
      expect(chain.height).toBeGreaterThanOrEqual(reached);
      reached = chain.height;
      expect((await chain.verify(4, 0)).problem).toBeNull();
      await chain.close();
    }
    await expectGoesOn(directory, HEIGHT);
  },
  TIMEOUT,
);

describe("a directory that cannot be written to", () => {
  test("is refused and left as it is", async () => {
    const root = scratchFolder();
    const directory = createDataDirectory(root, params.name);
    expect(runChild({ set: SET, root, height: 100 }).height).toBe(100);
    const before = contents(directory);
    const files = readdirSync(directory.networkFolder).map((name) => directory.file(name));
    if (process.getuid?.() === 0)
      for (const path of [root, directory.networkFolder, ...files]) chownSync(path, 65_534, 65_534);
    for (const path of files) chmodSync(path, 0o400);
    for (const path of [directory.networkFolder, root]) chmodSync(path, 0o500);
    try {
      const { error } = runChild({ set: SET, root, height: 200, asNobody: true });
      expect(error?.code).toBe("permission-denied");
      expect(error?.hint).toBeTruthy();
      expect(contents(directory)).toEqual(before);

      for (const path of files) chmodSync(path, 0o600);
      const inside = runChild({ set: SET, root, height: 200, asNobody: true });
      expect(inside.error?.code).toMatch(/^(permission-denied|database-unavailable)$/);
      expect(contents(directory)).toEqual(before);
    } finally {
      for (const path of [root, directory.networkFolder]) chmodSync(path, 0o700);
    }
  });

  test("without files in it is refused too", () => {
    const root = scratchFolder();
    const directory = createDataDirectory(root, params.name);
    if (process.getuid?.() === 0) for (const path of [root, directory.networkFolder]) chownSync(path, 65_534, 65_534);
    chmodSync(directory.networkFolder, 0o500);
    const { error } = runChild({ set: SET, root, height: 1, asNobody: true });
    expect(error?.code).toBe("permission-denied");
    expect(readdirSync(directory.networkFolder)).toEqual([]);
    rmSync(root, { recursive: true });
  });
});
