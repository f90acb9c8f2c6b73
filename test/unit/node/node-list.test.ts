import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNodeList } from "../../../src/node/node-list.ts";
import { createDataDirectory, createLog } from "../../../src/platform/index.ts";
import { toDisplayHash } from "../../../src/protocol/bytes/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../src/protocol/params/index.ts";

const KEY = "93HaYBVUCYjEMeeH1Y4sBGLALQZE1Yc1K64xiqgX37tGBDQL8Xg";
const TXID = "2bcd3c84c84f87eaa86e4e56834c92927a07f9e18718810b92e0d0324456a67c";
const line = (alias: string, port = 16_125) => `${alias} 127.0.0.2:${port} ${KEY} ${TXID} 3`;

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** What is read from a file with some text, and what is logged meanwhile. */
function read(text: string | null, { network = "main", mode = 0o600 } = {}) {
  const root = mkdtempSync(join(tmpdir(), "fluxnode-list-"));
  made.push(root);
  const params = builtInNetwork(network) as NetworkParams;
  const directory = createDataDirectory(root, params.name);
  const path = directory.file("node-list.conf");
  if (text !== null) {
    writeFileSync(path, text);
    chmodSync(path, mode);
  }
  const logged: string[] = [];
  const log = createLog({ level: "info", format: "plain", write: (each) => logged.push(each) });
  return { path, logged, list: () => readNodeList(directory, params, log) };
}

describe("the controller's node list", () => {
  test("is empty without a file", () => expect(read(null).list()).toEqual([]));

  test("has one fluxnode a line, and nothing of it is logged", () => {
    const { list, logged } = read(`# comment\n\n${line("one")} more words\n  ${line("two")}\n`);
    const nodes = list();
    expect(nodes.map(({ alias, address, privateKey }) => [alias, address, privateKey])).toEqual([
      ["one", "127.0.0.2:16125", KEY],
      ["two", "127.0.0.2:16125", KEY],
    ]);
    expect(nodes.map(({ collateral }) => [toDisplayHash(collateral.txid), collateral.index])).toEqual([
      [TXID, 3],
      [TXID, 3],
    ]);
    expect(logged).toEqual([]);
  });

  test("that others can read is read with a warning", () => {
    const { list, logged, path } = read(line("one"), { mode: 0o640 });
    expect(list().length).toBe(1);
    expect(logged.join("")).toContain("others can read the private keys");
    expect(logged.join("")).toContain(path);
  });

  const failure = (text: string, network: string) => {
    try {
      read(text, { network }).list();
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error("it was taken");
  };

  test("has the main network's port on that network alone", () => {
    expect(failure(line("one", 26_125), "main")).toMatchObject({
      code: "node-list-invalid",
      message: expect.stringMatching(/^Invalid port detected in .*node-list\.conf: one .*must be 16125 for mainnet/),
    });
    expect(failure(line("one"), "test").message).toContain("16125 could be used only on mainnet");
    expect(read(line("one", 26_125), { network: "test" }).list().length).toBe(1);
  });

  test("names lines that are wrong without showing a key", () => {
    const { code, message } = failure(`${line("one")}\none two\n${line("three").replace(" 3", " x")}`, "main");
    expect(code).toBe("node-list-invalid");
    expect(message).toContain(':2: expected "alias host:port key txid index"');
    expect(message).toContain(":3: the fifth word has to be an output index");
    expect(message).not.toContain(KEY);
  });
});
