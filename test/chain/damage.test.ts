import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Chain, VerifyLevel } from "../../src/chain/index.ts";
import { BLOCKS_APPLICATION_ID, CHAIN_APPLICATION_ID } from "../../src/chain/store/schema.ts";
import { createClock, createDataDirectory, type DataDirectory, FluxError } from "../../src/platform/index.ts";
import { lockingDatabase } from "../../src/platform/sqlite/index.ts";
import { toHex } from "../../src/protocol/bytes/index.ts";
import { sha256 } from "../../src/protocol/crypto/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "./recorded-set.ts";
import { coinHashOf, connectAll, openTestChain, removeScratchFolders, scratchDirectory } from "./test-store.ts";

const params = networkOf("regtest-a");
const blocks = blocksOf("regtest-a");
const HEIGHT = 420;
const FILES = ["chain.db", "blocks.db"] as const;

/** A closed chain of {@link HEIGHT} blocks; the tests work on copies. */
let original: DataDirectory;
let root: string;
let finalHash: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "fluxnode-damage-"));
  original = createDataDirectory(root, params.name);
  const chain = await openTestChain(params, original);
  await connectAll(chain, blocks.slice(0, HEIGHT));
  await chain.close();
  const whole = await openTestChain(params, scratchDirectory(params));
  await connectAll(whole, blocks.slice(0, HEIGHT + 20));
  finalHash = await coinHashOf(whole);
  await whole.close();
}, 120_000);

afterEach(removeScratchFolders);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function copied(): DataDirectory {
  const directory = scratchDirectory(params);
  cpSync(original.networkFolder, directory.networkFolder, { recursive: true });
  return directory;
}

/** Digest of every file in the folder by name. */
function contents(directory: DataDirectory): Record<string, string> {
  const names = readdirSync(directory.networkFolder).sort();
  return Object.fromEntries(names.map((name) => [name, toHex(sha256(readFileSync(directory.file(name))))]));
}

/** The error of a chain that cannot be opened; null if it can. */
async function refusal(directory: DataDirectory, options: { indexes?: boolean; network?: typeof params } = {}) {
  try {
    const { indexes = false, network = params } = options;
    const chain = await Chain.open({ params: network, directory, clock: createClock(MOCK_TIME), indexes });
    await chain.close();
    return null;
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
}

/** Opening fails with this code, says something useful, and changes nothing. */
async function expectRefused(directory: DataDirectory, code: string | RegExp, options = {}, what = ""): Promise<void> {
  const before = contents(directory);
  const error = await refusal(directory, options);
  expect(error?.code ?? `opened ${what}`).toMatch(code);
  expect(error?.message.length).toBeGreaterThan(10);
  expect(error?.hint?.length).toBeGreaterThan(10);
  expect(contents(directory)).toEqual(before);
}

describe("damaged files", () => {
  test("the undamaged copy goes on", async () => {
    const chain = await openTestChain(params, copied());
    await connectAll(chain, blocks.slice(HEIGHT, HEIGHT + 20));
    expect(await coinHashOf(chain)).toBe(finalHash);
    await chain.close();
  });

  test.each([...FILES])("%s cut off anywhere is refused", async (file) => {
    const size = readFileSync(original.file(file)).length;
    const cuts = [1, 15, 16, 99, 100, 512, 4095, 4096, 8192, 12_288, size >> 1, size - 4096, size - 1];
    for (const length of cuts) {
      const directory = copied();
      truncateSync(directory.file(file), length);
      await expectRefused(directory, /^database-(damaged|foreign)$/, {}, `cut at ${length}`);
    }
  });

  test.each([...FILES])("%s of another program is refused", async (file) => {
    for (const statement of ["CREATE TABLE mine (x)", "PRAGMA application_id = 77", "PRAGMA user_version = 3"]) {
      const directory = copied();
      rmSync(directory.file(file));
      const database = lockingDatabase(directory.file(file));
      database.exec(statement);
      database.close();
      await expectRefused(directory, "database-foreign");
    }
    for (const text of ["hello", "x".repeat(5000), "SQLite format 2\0and then something", "\0\0\0\0"]) {
      const directory = copied();
      writeFileSync(directory.file(file), text);
      await expectRefused(directory, "database-foreign");
    }
  });

  test("the two files exchanged are refused", async () => {
    const directory = copied();
    cpSync(original.file("chain.db"), directory.file("blocks.db"));
    await expectRefused(directory, "database-foreign");
    cpSync(original.file("blocks.db"), directory.file("chain.db"));
    await expectRefused(directory, "database-foreign");
    expect(CHAIN_APPLICATION_ID).not.toBe(BLOCKS_APPLICATION_ID);
  });

  test.each([...FILES])("a newer %s is refused", async (file) => {
    const directory = copied();
    const database = lockingDatabase(directory.file(file));
    const version = database.pragma("user_version", { simple: true }) as number;
    database.pragma(`user_version = ${version + 1}`);
    database.close();
    await expectRefused(directory, "database-newer");
  });

  test("missing blocks are refused", async () => {
    const directory = copied();
    rmSync(directory.file("blocks.db"));
    await expectRefused(directory, "database-missing");
    writeFileSync(directory.file("blocks.db"), "");
    await expectRefused(directory, "database-missing");
  });

  test("blocks of an earlier time are refused", async () => {
    const early = scratchDirectory(params);
    const chain = await openTestChain(params, early);
    await connectAll(chain, blocks.slice(0, HEIGHT - 1));
    await chain.close();
    const directory = copied();
    cpSync(early.file("blocks.db"), directory.file("blocks.db"));
    await expectRefused(directory, "blocks-missing");
  });

  test("a chain of another network is refused", async () => {
    const directory = copied();
    await expectRefused(directory, "wrong-network", { network: networkOf("testnet-t") });
  });

  test("indexes cannot be asked for afterwards", async () => {
    await expectRefused(copied(), "index-missing", { indexes: true });
  });

  test("random bytes written into the files give clear errors or none, never a crash", async () => {
    const seen = new Map<string, number>();
    const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    const property = fc.asyncProperty(
      fc.constantFrom(...FILES),
      fc.array(fc.tuple(fc.nat(1_000_000), fc.uint8Array({ minLength: 1, maxLength: 300 })), {
        minLength: 1,
        maxLength: 6,
      }),
      async (file, wounds) => {
        const directory = copied();
        const bytes = readFileSync(directory.file(file));
        for (const [place, junk] of wounds)
          bytes.set(junk, Math.floor((place / 1_000_001) * (bytes.length - junk.length)));
        writeFileSync(directory.file(file), bytes);
        let chain: Chain | undefined;
        try {
          chain = await openTestChain(params, directory);
          const report = await chain.verify(VerifyLevel.reconnect, 0);
          note(report.problem ? "problem" : "fine");
          for (const raw of blocks.slice(HEIGHT, HEIGHT + 20)) await chain.submitBlock(raw);
          await chain.coinStatistics();
        } catch (error) {
          if (!(error instanceof FluxError)) throw error;
          note(`${chain ? "later" : "open"} ${error.code}`);
          if (!chain) expect(readFileSync(directory.file(file)).equals(bytes)).toBe(true);
        } finally {
          await chain?.close().catch((error: unknown) => expect(error).toBeInstanceOf(FluxError));
        }
      },
    );
    await fc.assert(property, { numRuns: 80, endOnFailure: true });
    // Most of the bytes are rows and blocks, so the deeper checks must have had something to find.
    expect(seen.get("problem") ?? 0).toBeGreaterThan(20);
  }, 60_000);
});
