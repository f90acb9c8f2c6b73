import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConfigurationInput,
  environmentName,
  loadConfiguration,
  OPTION_NAMES,
  OPTIONS,
  optionKey,
} from "../../../../src/platform/config/index.ts";
import { FluxError } from "../../../../src/platform/index.ts";

const KEY = "93HaYBVUCYjEMeeH1Y4sBGLALQZE1Yc1K64xiqgX37tGBDQL8Xg";
const TXID = "2bcd3c84c84f87eaa86e4e56834c92927a07f9e18718810b92e0d0324456a67c";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fluxnode-config-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(content: string, name = "fluxnode.conf", mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function load(input: Partial<ConfigurationInput> = {}) {
  return loadConfiguration({ directory, environment: {}, ...input });
}

function errorOf(input: Partial<ConfigurationInput> = {}): FluxError {
  try {
    load(input);
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("where values come from", () => {
  test("without anything the defaults hold", () => {
    const { settings, sources, files } = load();
    expect(settings).toMatchObject({ network: "main", index: false, apps: true, addNode: [], maxConnections: 125 });
    expect(settings.rpcPort).toBeUndefined();
    expect(sources.network).toEqual({ kind: "default" });
    expect(files).toEqual([]);
  });

  test("file, then environment, then flags", () => {
    const path = write("rpc-port=1\nlog-level=warn\n# comment\n\n index = on \nnetwork=test");
    const environment = { FLUXNODE_RPC_PORT: "2", FLUXNODE_LOG_LEVEL: "debug", FLUXNODE_DATADIR: "/x", OTHER: "1" };
    const { settings, sources } = load({ environment, flags: { rpcPort: "3", mine: true, network: undefined } });
    expect(settings).toMatchObject({ rpcPort: 3, logLevel: "debug", index: true, mine: true, network: "test" });
    expect(sources.rpcPort).toEqual({ kind: "flag", flag: "--rpc-port" });
    expect(sources.logLevel).toEqual({ kind: "environment", variable: "FLUXNODE_LOG_LEVEL" });
    expect(sources.index).toEqual({ kind: "file", path, line: 5 });
  });

  test("lists repeat in the file, are comma separated in the environment, and replace each other", () => {
    write("add-node=a.example\nadd-node=[::1]:5\n");
    expect(load().settings.addNode).toEqual([
      { host: "a.example", port: undefined },
      { host: "::1", port: 5 },
    ]);
    expect(load({ environment: { FLUXNODE_ADD_NODE: "1.2.3.4, b.example:7" } }).settings.addNode).toEqual([
      { host: "1.2.3.4", port: undefined },
      { host: "b.example", port: 7 },
    ]);
    expect(load({ flags: { addNode: ["c.example"] } }).settings.addNode).toHaveLength(1);
  });

  test("values are converted", () => {
    write(`rpc-allow=10.0.0.0/255.0.0.0\nrpc-allow=1.2.3.4\nlisten=off\nfluxnode-collateral=${TXID.toUpperCase()}:3\n`);
    const { settings } = load();
    expect(settings.rpcAllow).toEqual(["10.0.0.0/8", "1.2.3.4/32"]);
    expect(settings.listen).toBe("off");
    expect(settings.fluxnodeCollateral).toEqual({ txid: TXID, index: 3 });
  });
});

describe("mistakes", () => {
  test("all of them are named at once, with place and suggestion", () => {
    const path = write("rpcport=1\nrpc-port=70000\nnonsense\nlog-level=loud\nindex=yes\nindex=no\n=x\n");
    const error = errorOf({ environment: { FLUXNODE_RPCPORT: "1", FLUXNODE_DB_CACHE: "3" } });
    expect([error.code, error.kind]).toEqual(["config-invalid", "usage"]);
    expect(error.message.split("\n").toSorted()).toEqual(
      [
        `${path}:1: unknown key "rpcport" (did you mean rpc-port?)`,
        `${path}:2: rpc-port cannot be "70000": expected a port from 1 to 65535`,
        `${path}:3: expected "key=value"`,
        `${path}:4: log-level cannot be "loud": expected error|warn|info|debug`,
        `${path}:6: "index" is given twice`,
        `${path}:7: expected "key=value"`,
        "environment: unknown variable FLUXNODE_RPCPORT (did you mean FLUXNODE_RPC_PORT?)",
        'FLUXNODE_DB_CACHE: db-cache cannot be "3": expected a whole number from 4 to 65536',
      ].toSorted(),
    );
  });

  test("a key unlike all others gets no suggestion", () => {
    write("qqqqqqqqqqqq=1");
    expect(errorOf().message).not.toContain("did you mean");
  });

  test("the daemon's node list under our name is recognised", () => {
    write(`zn1 127.0.0.2:16125 ${KEY} ${TXID} 0\n`);
    const { message } = errorOf();
    expect(message).toContain("fluxnode config import");
    expect(message).not.toContain(KEY);
  });

  test("secrets are refused from files that others can read, and never repeated", () => {
    write("rpc-password=hunter2\n", "secrets.conf", 0o640);
    expect(errorOf()).toMatchObject({ code: "config-exposed", kind: "refused" });
    chmodSync(join(directory, "secrets.conf"), 0o600);
    expect(load().settings.rpcPassword).toBe("hunter2");
    write("fluxnode-key=not-a-hunter2-key\n", "secrets.conf");
    expect(errorOf().message).not.toContain("hunter2");
  });

  test("huge and binary files are refused", () => {
    write("#".repeat(2 << 20));
    expect(errorOf().code).toBe("file-too-large");
    writeFileSync(join(directory, "fluxnode.conf"), new Uint8Array([0xff, 0xfe, 0x00]));
    expect(errorOf().code).toBe("not-text");
  });
});

test("keys and variables follow from the names, and docs/configuration.md has every one", async () => {
  expect(optionKey("rpcPort")).toBe("rpc-port");
  expect(environmentName("rpcPort")).toBe("FLUXNODE_RPC_PORT");
  const page = await Bun.file(join(import.meta.dir, "../../../../docs/configuration.md")).text();
  for (const name of OPTION_NAMES) {
    expect(page).toContain(`| \`${optionKey(name)}\` |`);
    expect(page).toContain(OPTIONS[name].description);
  }
});
