import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { decodeTransactionCoins, encodeTransactionCoins } from "../../src/chain/coins/transaction-coins.ts";
import type { Chain } from "../../src/chain/index.ts";
import { loadSnapshot } from "../../src/chain/index.ts";
import { CHAIN_APPLICATION_ID, CHAIN_MIGRATIONS } from "../../src/chain/store/schema.ts";
import { accessChain, nodeStatus, startNode as startWholeNode } from "../../src/node/index.ts";
import { HISTORY_FOLDER, NodeHistory } from "../../src/node/node-history.ts";
import { loadConfiguration } from "../../src/platform/config/index.ts";
import { createClock, type DataDirectory, type FluxError, SILENT_LOG } from "../../src/platform/index.ts";
import { openDatabase } from "../../src/platform/sqlite/index.ts";
import { blocksOf, MOCK_TIME, networkOf } from "../chain/recorded-set.ts";
import {
  coinHashOf,
  connectAll,
  finalCoinHash,
  freshChain,
  openTestChain,
  scratchDirectory,
} from "../chain/test-store.ts";
import { endAll, introducedPeer, startNode, stopNode } from "./test-network.ts";
import { type TestNode, until } from "./test-node.ts";

const SET = "regtest-a";
const PARAMS = networkOf(SET);
const BLOCKS = blocksOf(SET);
const BASE = 700;

const histories: NodeHistory[] = [];

afterEach(async () => {
  for (const history of histories.splice(0)) await history.stop();
  await endAll();
});

async function snapshotOf(chain: Chain): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await chain.writeSnapshot(null, async (content) => {
    for await (const piece of content) pieces.push(piece);
  });
  await chain.close();
  return Buffer.concat(pieces);
}

async function snapshotAt(height: number): Promise<Buffer> {
  const chain = await freshChain(PARAMS);
  await connectAll(chain, BLOCKS.slice(0, height));
  return snapshotOf(chain);
}

async function loaded(content: Uint8Array): Promise<DataDirectory> {
  const directory = scratchDirectory(PARAMS);
  async function* read() {
    yield content;
  }
  await loadSnapshot({ params: PARAMS, read, trusted: null, claim: () => directory });
  return directory;
}

/** Validates the history of a node, as a node that runs does. */
function validate({ chain, network, directory }: TestNode): { history: NodeHistory; refuted: () => FluxError | null } {
  let refuted: FluxError | null = null;
  const history = new NodeHistory({
    chain,
    clock: createClock(MOCK_TIME),
    directory,
    download: network.history,
    log: SILENT_LOG,
    onRefuted: (error) => {
      refuted = error;
    },
  });
  histories.push(history);
  return { history, refuted: () => refuted };
}

async function endHistory(history: NodeHistory): Promise<void> {
  histories.splice(histories.indexOf(history), 1);
  await history.stop();
}

async function sourceWith(count: number): Promise<TestNode> {
  const source = await startNode({ params: PARAMS });
  await connectAll(source.chain, BLOCKS.slice(0, count));
  return source;
}

function hasBlock({ chain }: TestNode, height: number): boolean {
  const entry = chain.view.entryAt(height);
  return entry !== undefined && chain.view.rawBlock(entry) !== undefined;
}

/** The project's own writer over a store in which somebody made himself richer. */
async function forged(): Promise<Buffer> {
  const directory = scratchDirectory(PARAMS);
  const chain = await openTestChain(PARAMS, directory);
  await connectAll(chain, BLOCKS.slice(0, BASE));
  await chain.close();
  const database = openDatabase(directory.file("chain.db"), {
    applicationId: CHAIN_APPLICATION_ID,
    migrations: CHAIN_MIGRATIONS,
  });
  type Row = { txid: Uint8Array; record: Uint8Array };
  const [row] = database.prepare<[], Row>("SELECT txid, record FROM coins LIMIT 1").all();
  const coins = decodeTransactionCoins(new Uint8Array(row?.record as Uint8Array));
  const outputs = coins.outputs.map((output) => output && { ...output, value: output.value + 1n });
  const record = encodeTransactionCoins(Object.assign(coins, { outputs }));
  database.prepare<unknown[]>("UPDATE coins SET record = ? WHERE txid = ?").run(record, row?.txid);
  database.close();
  return snapshotOf(await openTestChain(PARAMS, directory));
}

describe("a node that began with a snapshot", () => {
  test("follows the tip, validates the history beside it, keeps the blocks, and remembers that it did", async () => {
    const a = await sourceWith(BLOCKS.length);
    const directory = await loaded(await snapshotAt(BASE));
    const b = await startNode({ params: PARAMS, directory, connect: [a.port], complete: false });
    expect(b.chain.height).toBe(BASE);
    expect(hasBlock(b, 5)).toBe(false);
    const { history } = validate(b);
    expect(history.progress).toMatchObject({ height: BASE, validated: false, problem: null });
    await until("b follows the tip", () => b.chain.height === BLOCKS.length);
    await until("the history is validated", () => history.progress?.validated === true);
    await until("the second chain is gone", () => !existsSync(directory.file(HISTORY_FOLDER)));
    for (let height = 1; height <= BASE; height++) expect(hasBlock(b, height)).toBe(true);
    expect(await b.chain.read(({ pruned, pruneHeight }) => ({ pruned, pruneHeight }))).toEqual({
      pruned: false,
      pruneHeight: 0,
    });
    expect(await coinHashOf(b.chain)).toBe(await finalCoinHash(SET));
    // Nobody thinks badly of the other.
    for (const { network } of [a, b]) for (const { score } of network.peers.all()) expect(score).toBe(0);
    await endHistory(history);
    await stopNode(b);
    const again = await openTestChain(PARAMS, directory);
    expect(again.history.standing).toEqual({ height: BASE, validated: true, problem: null });
    expect((await again.verify(4, 0)).problem).toBeNull();
    await again.close();
  }, 300_000);

  test("gives the blocks that it filled in to others", async () => {
    const a = await sourceWith(BASE);
    const directory = await loaded(await snapshotAt(BASE));
    const b = await startNode({ params: PARAMS, directory, connect: [a.port], complete: false });
    const { history } = validate(b);
    await until("the history is validated", () => history.progress?.validated === true);
    await endHistory(history);
    await stopNode(b);
    const full = await startNode({ params: PARAMS, directory });
    const c = await startNode({ params: PARAMS, connect: [full.port] });
    await until("c has the chain", () => c.chain.height === BASE);
  }, 300_000);

  test("goes on where it stopped", async () => {
    const most = 400;
    const few = await sourceWith(most);
    const directory = await loaded(await snapshotAt(BASE));
    const first = await startNode({ params: PARAMS, directory, connect: [few.port], complete: false });
    const before = validate(first);
    await until("as far as the peer has blocks", () => before.history.progress?.validatedHeight === most);
    await endHistory(before.history);
    await stopNode(first);
    await stopNode(few);
    const full = await sourceWith(BASE);
    const second = await startNode({ params: PARAMS, directory, connect: [full.port], complete: false });
    for (const height of [1, most]) expect(hasBlock(second, height)).toBe(true);
    expect(hasBlock(second, most + 1)).toBe(false);
    const { history } = validate(second);
    await until("the history is validated", () => history.progress?.validated === true);
    // Only what was missing was fetched.
    const missing = BLOCKS.slice(most, BASE).reduce((sum, { length }) => sum + length, 0);
    const all = BLOCKS.slice(0, BASE).reduce((sum, { length }) => sum + length, 0);
    expect(full.network.bytesSent).toBeGreaterThan(missing);
    expect(full.network.bytesSent).toBeLessThan(all);
  }, 300_000);

  test("takes a bad copy of an old block for what it is", async () => {
    const directory = await loaded(await snapshotAt(BASE));
    const b = await startNode({ params: PARAMS, directory, complete: false });
    const liar = await introducedPeer(b, { services: 1n, startHeight: BASE });
    const { history, refuted } = validate(b);
    await liar.hear("getdata");
    const bad = new Uint8Array(BLOCKS[0] as Uint8Array);
    // An amount in the coinbase: the header does not commit to it.
    bad[bad.length - 12] = (bad[bad.length - 12] as number) ^ 1;
    liar.sendRaw("block", bad);
    await liar.gone(60_000);
    expect(history.progress).toMatchObject({ validated: false, validatedHeight: 0, problem: null });
    expect(refuted()).toBeNull();
  }, 120_000);
});

describe("a forged snapshot", () => {
  test("loads, and is found by the validation; the node does not trust itself any more, and nothing is deleted", async () => {
    const a = await sourceWith(BLOCKS.length);
    const directory = await loaded(await forged());
    const b = await startNode({ params: PARAMS, directory, connect: [a.port], complete: false });
    const { history, refuted } = validate(b);
    await until("it is found", () => refuted() !== null);
    expect(refuted()).toMatchObject({
      code: "snapshot-refuted",
      kind: "refused",
      message: expect.stringContaining(`another set of coins at height ${BASE}`),
      hint: expect.stringContaining("move chain.db away"),
    });
    expect(history.progress).toMatchObject({ height: BASE, validated: false });
    expect(history.progress?.problem).toContain("set of coins");
    await endHistory(history);
    await stopNode(b);
    for (const file of ["chain.db", "blocks.db"]) expect(existsSync(directory.file(file))).toBe(true);
    await expect(openTestChain(PARAMS, directory)).rejects.toMatchObject({ code: "snapshot-refuted" });
  }, 300_000);

  test("makes a whole node say so: not ready, status, every call; and it does not start again", async () => {
    const a = await sourceWith(BASE);
    const { root } = await loaded(await forged());
    const { settings } = loadConfiguration({ directory: root, environment: {} });
    const connect = [{ host: "127.0.0.1", port: a.port }];
    const changed = { ...settings, rpcPort: 0, listen: "off" as const, connect };
    const options = { params: PARAMS, root, settings: changed, version: "0", logToStderr: false, mockTime: MOCK_TIME };
    const node = await startWholeNode(options);
    const access = { params: PARAMS, root, credentials: null };
    for (let state = ""; state !== "untrusted"; state = (await nodeStatus(access)).state) await Bun.sleep(50);
    const status = await nodeStatus(access);
    expect(status).toMatchObject({ running: true, state: "untrusted", snapshot: { height: BASE, validated: false } });
    expect(status.problem).toContain("set of coins");
    const asked = await accessChain(access);
    for (const method of ["getblockcount", "getblocktemplate", "gettxoutsetinfo"]) {
      await expect(asked.call(method, [])).rejects.toMatchObject({
        code: -20,
        message: expect.stringContaining("move chain.db away"),
      });
    }
    await until("the peer is left", () => a.network.peers.all().length === 0);
    await asked.call("stop", []);
    await node.finished;
    await expect(startWholeNode(options)).rejects.toMatchObject({ code: "snapshot-refuted" });
  }, 300_000);
});

describe("a node whose chain.db is gone", () => {
  test("builds the chain from the blocks that it has, downloads nothing, and says so", async () => {
    const a = await sourceWith(BLOCKS.length);
    const directory = scratchDirectory(PARAMS);
    const chain = await openTestChain(PARAMS, directory);
    await connectAll(chain, BLOCKS);
    await chain.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(directory.file(`chain.db${suffix}`), { force: true });
    const { root } = directory;
    const { settings } = loadConfiguration({ directory: root, environment: {} });
    const connect = [{ host: "127.0.0.1", port: a.port }];
    const changed = { ...settings, rpcPort: 0, listen: "off" as const, connect };
    const options = { params: PARAMS, root, settings: changed, version: "0", logToStderr: false, mockTime: MOCK_TIME };
    const node = await startWholeNode(options);
    await until("the chain is there", () => node.progress().height === BLOCKS.length);
    const log = () => readFileSync(directory.file("logs/fluxnode.log"), "utf8");
    await until("it says so", () => log().includes("the chain is built from the stored blocks"));
    expect(log()).toContain(`building it from them blocks=${BLOCKS.length + 1} height=0`);
    const all = BLOCKS.reduce((sum, { length }) => sum + length, 0);
    expect(a.network.bytesSent).toBeLessThan(all / 2);
    node.stop();
    await node.finished;
  }, 300_000);
});
