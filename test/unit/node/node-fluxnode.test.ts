import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Chain } from "../../../src/chain/index.ts";
import { NodeFluxnode } from "../../../src/node/node-fluxnode.ts";
import { SILENT_LOG } from "../../../src/platform/index.ts";
import { publicKeyCreate } from "../../../src/protocol/crypto/index.ts";
import {
  NODE_KEY,
  ONLINE,
  PARAMS,
  programFolder,
  removeProgramFolders,
  writeClient,
  writeProgram,
} from "../fluxnode/scene.ts";
import { numberedOutpoint } from "../protocol/fluxnodes/fixtures.ts";

afterEach(removeProgramFolders);

/** Longer than a shell needs to begin. */
const BEGIN_MILLIS = 500;

function startedBeside(directory: string): NodeFluxnode {
  return new NodeFluxnode({
    chain: { params: PARAMS, onTip: () => () => {} } as unknown as Chain,
    identity: {
      key: NODE_KEY,
      publicKey: publicKeyCreate(NODE_KEY.secret, NODE_KEY.compressed),
      collateral: numberedOutpoint(1),
    },
    settings: {
      attestor: "external",
      attestorKey: undefined,
      attestorTier: "measured",
      fluxnodeAddress: undefined,
      benchmarkDirectory: directory,
    },
    relay: () => {},
    log: SILENT_LOG,
  });
}

function folderWith(getstatus: string): string {
  const directory = programFolder();
  writeClient(directory, { getstatus });
  writeProgram(directory, "fluxbenchd", 'touch "$here/started"');
  return directory;
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await Bun.sleep(5);
}

test("a benchmark daemon that does not answer is started", async () => {
  const directory = folderWith("exit 1");
  const fluxnode = startedBeside(directory);
  await appears(join(directory, "started"));
  await fluxnode.stop();
});

test("a node that ends while it asks for the benchmark daemon does not start it", async () => {
  const directory = folderWith(`sleep 600; ${ONLINE}`);
  const fluxnode = startedBeside(directory);
  await appears(join(directory, "calls"));
  await fluxnode.stop();
  await Bun.sleep(BEGIN_MILLIS);
  expect(existsSync(join(directory, "started"))).toBe(false);
});
