import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_MEMPOOL_POLICY } from "../../../src/chain/index.ts";
import { chainSettings } from "../../../src/node/chain-settings.ts";
import { accessChain, chooseNetwork, openChain, startNode } from "../../../src/node/index.ts";
import {
  convertReferenceFiles,
  loadConfiguration,
  OPTIONS,
  type OptionName,
} from "../../../src/platform/config/index.ts";

const base = mkdtempSync(join(tmpdir(), "fluxnode-settings-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

function settingsOf(...lines: string[]) {
  const directory = mkdtempSync(join(base, "data-"));
  writeFileSync(join(directory, "fluxnode.conf"), lines.join("\n"));
  return loadConfiguration({ directory, environment: {} }).settings;
}

describe("settings of the chain", () => {
  test("by default are the reference's", () => {
    const { mempool, blockSpace, pruneLimit, cacheMib } = chainSettings(settingsOf());
    expect(mempool?.policy).toEqual(DEFAULT_MEMPOOL_POLICY);
    expect(blockSpace).toEqual({ size: 1_999_000, prioritySize: 1_000_000, relayFeeRate: 100n });
    expect(pruneLimit).toBeUndefined();
    expect(cacheMib).toBe(16);
  });

  test("reach the part that they are for", () => {
    const { mempool, blockSpace, pruneLimit, cacheMib } = chainSettings(
      settingsOf(
        "mempool-cost-limit=5000",
        "mempool-eviction-memory=2",
        "min-relay-fee=0.5",
        "free-relay-limit=7",
        "relay-priority=yes",
        "data-carrier=no",
        "data-carrier-size=12",
        "bare-multisig=no",
        "block-max-size=90000",
        "block-priority-size=100000",
        "prune=550",
        "db-cache=32",
      ),
    );
    const relayFeeRate = 50_000_000n;
    expect(mempool?.policy).toEqual({
      standard: { permitBareMultisig: false, dataCarrier: false, dataCarrierSize: 12, relayFeeRate },
      costLimit: 5000,
      evictionMemory: 120,
      freeRelayLimit: 7,
      relayPriority: true,
    });
    expect(blockSpace).toEqual({ size: 90_000, prioritySize: 90_000, relayFeeRate });
    expect([pruneLimit, cacheMib]).toEqual([550 << 20, 32]);
  });

  test("of odd values are refused, with what is expected", () => {
    const refused: [string, string][] = [
      ["prune=549", "expected 0 or at least 550"],
      ["prune=-1", "expected 0 or at least 550"],
      ["min-relay-fee=0", "expected an amount above 0"],
      ["min-relay-fee=0.000000001", "expected an amount above 0"],
      ["min-relay-fee=1e-6", "expected an amount above 0"],
      ["block-max-size=999", "expected a whole number from 1000 to 1999000"],
      ["max-orphans=-1", "expected a whole number"],
      ["relay-priority=2", "expected yes or no"],
    ];
    for (const [line, text] of refused) expect(() => settingsOf(line)).toThrow(text);
  });

  test("prune and index exclude each other", () => {
    expect(() => chainSettings(settingsOf("prune=550", "index=yes"))).toThrow("exclude each other");
  });

  test("of the reference daemon are taken over", () => {
    const keys: [string, string, OptionName][] = [
      ["prune", "1000", "prune"],
      ["dbcache", "450", "dbCache"],
      ["mempooltxcostlimit", "70000000", "mempoolCostLimit"],
      ["mempoolevictionmemoryminutes", "30", "mempoolEvictionMemory"],
      ["minrelaytxfee", "0.00001", "minRelayFee"],
      ["limitfreerelay", "15", "freeRelayLimit"],
      ["relaypriority", "1", "relayPriority"],
      ["maxorphantx", "10", "maxOrphans"],
      ["datacarrier", "0", "dataCarrier"],
      ["datacarriersize", "40", "dataCarrierSize"],
      ["permitbaremultisig", "0", "bareMultisig"],
      ["blockmaxsize", "100000", "blockMaxSize"],
      ["blockprioritysize", "0", "blockPrioritySize"],
    ];
    const content = keys.map(([key, value]) => `${key}=${value}`).join("\n");
    const { settings, left } = convertReferenceFiles([{ path: "flux.conf", content }]);
    expect(left).toEqual([]);
    for (const [, value, name] of keys) {
      expect(settings.get(name)).toEqual([value]);
      expect(OPTIONS[name].schema.safeParse(value).success).toBe(true);
    }
    const bad = convertReferenceFiles([{ path: "flux.conf", content: "prune=1\nmempooltxinputlimit=5" }]);
    expect(bad.left.map(({ key, reason }) => `${key}: ${reason}`)).toEqual([
      "prune: its value does not fit prune: expected 0 or at least 550",
      "mempooltxinputlimit: the daemon ignores it since ACADIA",
    ]);
  });
});

describe("a node with settings", () => {
  const params = chooseNetwork(join(import.meta.dir, "../../vectors/fluxd/regtest-a/network.json"));

  async function running(...lines: string[]) {
    const root = mkdtempSync(join(base, "node-"));
    const settings = { ...settingsOf(...lines), rpcPort: 0, listen: "off" as const };
    const options = { params, root, settings, version: "0", logToStderr: false };
    return { root, options, node: await startNode(options) };
  }

  test("tells its relay fee, and that it prunes, as the daemon does", async () => {
    const { node, root } = await running("min-relay-fee=0.00025", "prune=550");
    const access = await accessChain({ params, root, credentials: null });
    const text = async (method: string) => JSON.stringify(await access.call(method, []));
    for (const method of ["getinfo", "getnetworkinfo"]) expect(await text(method)).toContain('"relayfee":0.00025000');
    const info = await text("getblockchaininfo");
    expect(info).toContain('"pruned":true');
    expect(info).toContain('"pruneheight":0');
    // Without the service bit for whole blocks.
    expect(await text("getnetworkinfo")).toContain('"localservices":"0000000000000004"');
    node.stop();
    await node.finished;
  });

  test("refuses to prune a chain that was built with indexes, and leaves it as it is", async () => {
    const { node, options } = await running("index=yes");
    node.stop();
    await node.finished;
    const settings = { ...settingsOf("prune=550"), rpcPort: 0, listen: "off" as const };
    await expect(startNode({ ...options, settings })).rejects.toMatchObject({ code: "prune-with-indexes" });
    const opened = await openChain({ params, root: options.root, create: false, indexes: false });
    expect(opened.chain.indexed).toBe(true);
    await opened.close();
  });
});
