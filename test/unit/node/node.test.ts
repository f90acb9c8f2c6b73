import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessChain, chooseNetwork, openChain, startNode, stopNode } from "../../../src/node/index.ts";
import { claimDirectory } from "../../../src/node/open-chain.ts";
import { writeRpcEndpoint } from "../../../src/node/rpc-endpoint.ts";
import { loadConfiguration } from "../../../src/platform/config/index.ts";
import { startRpcServer } from "../../../src/server/rpc/index.ts";

const params = chooseNetwork(join(import.meta.dir, "../../vectors/fluxd/regtest-a/network.json"));
const base = mkdtempSync(join(tmpdir(), "fluxnode-node-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(base, "data-"));
});
const inFolder = (name: string) => join(root, params.name, name);

/** Port 0 is for tests: any free one. */
function nodeOptions(more: object = {}) {
  const { settings } = loadConfiguration({ directory: root, environment: {} });
  const { mockTime, ...changed } = more as { mockTime?: number };
  const common = { params, root, version: "0.0.0", logToStderr: false, mockTime };
  return { ...common, settings: { ...settings, rpcPort: 0, ...changed } };
}

const cookieAccess = () => accessChain({ params, root, credentials: null });

describe("a node", () => {
  test("answers others on this machine while it runs, and leaves nothing of that behind", async () => {
    const node = await startNode(nodeOptions());
    expect(JSON.parse(readFileSync(inFolder("rpc.json"), "utf8"))).toEqual({ ...node.rpc, pid: process.pid });
    for (const secret of ["rpc.json", ".cookie", "logs/fluxnode.log"]) {
      expect(statSync(inFolder(secret)).mode & 0o777).toBe(0o600);
    }
    const access = await cookieAccess();
    expect(access.running).toBe(true);
    expect(JSON.stringify(await access.call("getblockcount", []))).toBe("0");
    expect(JSON.stringify(await access.call("getblocksubsidy", [10]))).toBe('{"miner":37.50000000}');
    await expect(access.call("getblockhash", [99])).rejects.toMatchObject({ name: "RpcError", code: -8 });
    node.stop();
    node.stop();
    await node.finished;
    for (const gone of ["rpc.json", ".cookie", "fluxnode.pid"]) expect(existsSync(inFolder(gone))).toBe(false);
    expect(readFileSync(inFolder("logs/fluxnode.log"), "utf8")).toMatch(
      / starting [\s\S]* ready [\s\S]* stopping\n[\s\S]* stopped\n/,
    );
    const offline = await cookieAccess();
    expect(offline.running).toBe(false);
    await offline.close();
  });

  test("is stopped from outside", async () => {
    const node = await startNode(nodeOptions());
    expect(await stopNode({ params, root, credentials: null })).toBe(process.pid);
    await node.finished;
    await expect(stopNode({ params, root, credentials: null })).rejects.toMatchObject({
      code: "no-node",
      kind: "unreachable",
    });
  });

  test("asks for a password instead of the cookie", async () => {
    const node = await startNode(nodeOptions({ rpcUser: "operator", rpcPassword: "secret" }));
    expect(existsSync(inFolder(".cookie"))).toBe(false);
    await expect((await cookieAccess()).call("getblockcount", [])).rejects.toMatchObject({ code: "cookie-missing" });
    const wrong = await accessChain({ params, root, credentials: { user: "operator", password: "guess" } });
    await expect(wrong.call("getblockcount", [])).rejects.toMatchObject({ code: "rpc-unauthorised" });
    const right = await accessChain({ params, root, credentials: { user: "operator", password: "secret" } });
    expect(JSON.stringify(await right.call("getblockcount", []))).toBe("0");
    node.stop();
    await node.finished;
  });

  test("does not start beside another one, and gives everything back when its port is taken", async () => {
    const node = await startNode(nodeOptions());
    await expect(startNode(nodeOptions())).rejects.toMatchObject({ code: "datadir-in-use", kind: "refused" });
    const other = mkdtempSync(join(base, "data-"));
    const samePort = { ...nodeOptions({ rpcPort: node.rpc.port }), root: other };
    await expect(startNode(samePort)).rejects.toMatchObject({ code: "port-in-use" });
    claimDirectory({ params, root: other, create: true, indexes: false }).release();
    node.stop();
    await node.finished;
  });

  test("waits for a command that looks at the chain for a moment", async () => {
    const held = await openChain({ params, root, create: true, indexes: false });
    setTimeout(() => void held.close(), 200);
    const node = await startNode(nodeOptions());
    node.stop();
    await node.finished;
  });

  test("waits for it, too, when a node that was killed left its traces", async () => {
    const held = await openChain({ params, root, create: true, indexes: false });
    const { pid } = Bun.spawnSync(["true"]);
    writeFileSync(inFolder("rpc.json"), JSON.stringify({ host: "127.0.0.1", port: 1, pid }));
    setTimeout(() => void held.close(), 200);
    const node = await startNode(nodeOptions());
    node.stop();
    await node.finished;
  });

  test("goes on in a new log file when the old one was moved away", async () => {
    const node = await startNode(nodeOptions());
    renameSync(inFolder("logs/fluxnode.log"), inFolder("logs/old.log"));
    node.reopenLog();
    node.stop();
    await node.finished;
    expect(readFileSync(inFolder("logs/old.log"), "utf8")).toMatch(/ready [^\n]*\n$/);
    expect(readFileSync(inFolder("logs/fluxnode.log"), "utf8")).toMatch(/stopped\n$/);
  });

  test("has a clock that can stand still, but not on the main network", async () => {
    const node = await startNode(nodeOptions({ mockTime: 1_700_000_000 }));
    node.stop();
    await node.finished;
    expect(readFileSync(inFolder("logs/fluxnode.log"), "utf8")).toContain("the clock stands still time=1700000000");
    const main = { ...nodeOptions({ mockTime: 1 }), params: chooseNetwork("main") };
    await expect(startNode(main)).rejects.toMatchObject({ code: "mocktime-refused" });
  });
});

describe("access to a chain", () => {
  test("tells a node that is still starting from one that is not there", async () => {
    const claimed = claimDirectory({ params, root, create: true, indexes: false });
    const cookieFile = inFolder(".cookie");
    const server = startRpcServer({ port: 0, authorization: { cookieFile }, status: "Loading" });
    await (await claimed.openChain()).close();
    writeRpcEndpoint(claimed.directory, { host: "::1", port: server.port, pid: process.pid });
    await expect((await cookieAccess()).call("getblockcount", [])).rejects.toMatchObject({
      code: "warming-up",
      kind: "not-ready",
    });
    await server.stop();
    writeFileSync(cookieFile, "__cookie__:x");
    await expect((await cookieAccess()).call("getblockcount", [])).rejects.toMatchObject({
      code: "connection-refused",
      kind: "unreachable",
    });
    claimed.release();
  });

  test("needs no node, but some methods do", async () => {
    await (await openChain({ params, root, create: true, indexes: false })).close();
    // Left over from a node that was killed; this process is alive, but it is no node.
    writeFileSync(inFolder("rpc.json"), JSON.stringify({ host: "127.0.0.1", port: 1, pid: process.pid }));
    const access = await cookieAccess();
    expect(JSON.stringify(await access.call("getblockcount", []))).toBe("0");
    await expect(access.call("stop", [])).rejects.toMatchObject({ code: "node-needed", kind: "unreachable" });
    await access.close();
  });

  test("makes no chain where there is none", async () => {
    await expect(cookieAccess()).rejects.toMatchObject({ code: "datadir-not-found", kind: "not-found" });
    claimDirectory({ params, root, create: true, indexes: false }).release();
    await expect(cookieAccess()).rejects.toMatchObject({ code: "chain-not-found", kind: "not-found" });
    expect(existsSync(inFolder("chain.db"))).toBe(false);
  });

  test("is refused while something without RPC works on the chain", async () => {
    const held = await openChain({ params, root, create: true, indexes: false });
    for (const rubbish of ["", "{", "{}", '{"host":"127.0.0.1","port":0,"pid":1}']) {
      writeFileSync(inFolder("rpc.json"), rubbish);
      await expect(cookieAccess()).rejects.toMatchObject({ code: "datadir-in-use", kind: "refused" });
    }
    await held.close();
  });
});
