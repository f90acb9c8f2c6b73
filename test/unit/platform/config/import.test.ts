import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  convertReferenceFiles,
  findReferenceFiles,
  formatImport,
  loadConfiguration,
  parseNodeList,
} from "../../../../src/platform/config/index.ts";
import { FluxError } from "../../../../src/platform/index.ts";

const KEY = "93HaYBVUCYjEMeeH1Y4sBGLALQZE1Yc1K64xiqgX37tGBDQL8Xg";
const TXID = "2bcd3c84c84f87eaa86e4e56834c92927a07f9e18718810b92e0d0324456a67c";

const folder = mkdtempSync(join(tmpdir(), "fluxnode-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function convert(...contents: string[]) {
  return convertReferenceFiles(contents.map((content, index) => ({ path: `file${index}`, content })));
}

/** What the written files mean to the program. */
function settingsAfterImport(content: string) {
  const directory = mkdtempSync(join(folder, "data-"));
  const { configuration, secrets } = formatImport(convert(content), ["flux.conf"]);
  writeFileSync(join(directory, "fluxnode.conf"), configuration, { mode: 0o600 });
  if (secrets !== undefined) writeFileSync(join(directory, "secrets.conf"), secrets, { mode: 0o600 });
  return loadConfiguration({ directory, environment: {} }).settings;
}

/** As the official installer writes it (spec/fluxnode-config.md section 2.4). */
const INSTALLER = `rpcuser=abcd1234
rpcpassword=p#ss=word
rpcallowip=127.0.0.1
rpcallowip=172.18.0.1
rpcport=16124
port=16125
zelnode=1
zelnodeprivkey=${KEY}
zelnodeoutpoint=${TXID}
zelnodeindex=2
server=1
daemon=1
txindex=1
addressindex=1
timestampindex=1
spentindex=1
insightexplorer=1
experimentalfeatures=1
listen=1
externalip=203.0.113.7
bind=0.0.0.0
maxconnections=256
addnode=seed.example.org
addnode=198.51.100.1:16125
`;

describe("flux.conf", () => {
  test("the installer's file means the same here", () => {
    expect(settingsAfterImport(INSTALLER)).toMatchObject({
      network: "main",
      rpcUser: "abcd1234",
      rpcPassword: "p#ss=word",
      rpcPort: 16124,
      rpcAllow: ["127.0.0.1/32", "172.18.0.1/32"],
      listen: { host: "0.0.0.0", port: 16125 },
      externalAddress: [{ host: "203.0.113.7", port: undefined }],
      addNode: [
        { host: "seed.example.org", port: undefined },
        { host: "198.51.100.1", port: 16125 },
      ],
      maxConnections: 256,
      index: true,
      fluxnodeKey: KEY,
      fluxnodeCollateral: { txid: TXID, index: 2 },
    });
  });

  test("every key is either taken over or left out with a reason", () => {
    const { taken, left } = convert(INSTALLER);
    const keys = new Set(
      INSTALLER.trim()
        .split("\n")
        .map((line) => line.split("=")[0]),
    );
    expect(new Set([...taken.map(({ from }) => from), ...left.map(({ key }) => key)])).toEqual(keys as Set<string>);
    expect(left.map(({ key }) => key).toSorted()).toEqual(["daemon", "experimentalfeatures", "server", "zelnode"]);
  });

  test("the daemon's rules for reading: first one wins, no… switches off, odd lines are ignored", () => {
    const settings = settingsAfterImport(
      "rpcport=1\nrpcport=2\nnolisten=1\nwhatever\n# rpcuser=x\n testnet = 1 \ntxindex=0\n",
    );
    expect(settings).toMatchObject({ rpcPort: 1, listen: "off", network: "test", index: false, rpcUser: undefined });
    expect(settingsAfterImport("testnet=1\nregtest=1").network).toBe("regtest");
    expect(settingsAfterImport("port=5000").listen).toEqual({ host: "0.0.0.0", port: 5000 });
    expect(settingsAfterImport("bind=::1\nport=5000").listen).toEqual({ host: "::1", port: 5000 });
    expect(settingsAfterImport("bind=1.2.3.4").listen).toEqual({ host: "1.2.3.4", port: undefined });
  });

  test("a fluxnode key is taken only where the daemon would use it", () => {
    const without = convert(`zelnodeprivkey=${KEY}\nzelnodeoutpoint=${TXID}\nzelnodeindex=0\nfluxnodeprivkey=x`);
    expect(without.settings.size).toBe(0);
    expect(without.left).toHaveLength(4);
    const forgotten = convert(`zelnode=1\nzelnodeoutpoint=${TXID}`);
    expect(forgotten.settings.has("fluxnodeCollateral")).toBe(false);
    expect(forgotten.left.find(({ key }) => key === "zelnodeoutpoint")?.reason).toContain("<output index>");
  });

  test("what is reported never holds a secret", () => {
    const { taken, left } = convert(
      `rpcpassword=\nzelnode=1\nzelnodeprivkey=broken-${KEY}\nrpcuser=${"x".repeat(300)}`,
    );
    expect(JSON.stringify([taken, left])).not.toContain(KEY);
    expect(left.map(({ key }) => key)).toContain("zelnodeprivkey");
    expect(left.map(({ key }) => key)).toContain("rpcpassword");
  });

  test("whatever a file holds, what is written from it can be read", () => {
    const key = fc.constantFrom(
      "rpcport",
      "rpcuser",
      "rpcpassword",
      "bind",
      "port",
      "listen",
      "addnode",
      "externalip",
      "zelnode",
      "zelnodeindex",
      "zelnodeoutpoint",
      "maxconnections",
      "rpcallowip",
      "debug",
      "gen",
      "x",
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("1", "0", "", "16125", "1.2.3.4", "::1", TXID),
      fc.string({ unit: "binary" }),
    );
    const file = fc
      .array(fc.tuple(key, value).map(([name, text]) => `${name}=${text}`))
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(file, (content) => void settingsAfterImport(`rpcport=1\n${content}`)),
      { numRuns: 200 },
    );
  });
});

describe("node list", () => {
  const line = `zn1 127.0.0.2:16125 ${KEY} ${TXID} 0`;

  test("is told from a configuration by its lines, whatever its name", () => {
    const found = convert(
      "rpcport=1",
      `# list\n\n  \n${line} trailing words\nzn2\t[::1]:16125 ${KEY}  ${TXID.toUpperCase()} 7\n`,
    );
    expect(found.nodes.map(({ alias, outputIndex }) => [alias, outputIndex])).toEqual([
      ["zn1", 0],
      ["zn2", 7],
    ]);
    expect(found.nodes[1]?.txid).toBe(TXID);
    expect(found.settings.get("rpcPort")).toEqual(["1"]);
  });

  test("is written so that it reads the same", () => {
    const found = convert(line);
    const { nodeList } = formatImport(found, ["zelnode.conf"]);
    expect(parseNodeList(nodeList ?? "", "copy")).toEqual([...found.nodes]);
  });

  test("names every wrong line and no key", () => {
    try {
      parseNodeList(`${line}\n${line}\nshort line\nzn3 host ${KEY}0 abc x\n`, "list");
      throw new Error("accepted");
    } catch (error) {
      expect(error).toBeInstanceOf(FluxError);
      const { message, code } = error as FluxError;
      expect(code).toBe("node-list-invalid");
      expect(message.split("\n").map((text) => text.split(":")[1])).toEqual(["2", "3", "4", "4", "4", "4"]);
      expect(message).not.toContain(KEY);
    }
  });
});

test("the daemon's files are found where it looks for them", () => {
  const home = mkdtempSync(join(folder, "home-"));
  expect(findReferenceFiles(home)).toEqual([]);
  mkdirSync(join(home, ".zelcash"));
  writeFileSync(join(home, ".zelcash/zelcash.conf"), "");
  expect(findReferenceFiles(home)).toEqual([join(home, ".zelcash/zelcash.conf")]);
  mkdirSync(join(home, ".flux"));
  for (const name of ["flux.conf", "zelcash.conf", "fluxnode.conf", "zelnode.conf"])
    writeFileSync(join(home, ".flux", name), "");
  expect(findReferenceFiles(home)).toEqual([join(home, ".flux/flux.conf"), join(home, ".flux/zelnode.conf")]);
});
