import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttestationRequest, BenchmarkProgram } from "../../../src/fluxnode/attestors/index.ts";
import { publicKeyCreate } from "../../../src/protocol/crypto/index.ts";
import { type FluxnodeRecord, signConfirm, type Tier, unsignedConfirm } from "../../../src/protocol/fluxnodes/index.ts";
import { MINED_NETWORK } from "../../chain/mined-chain.ts";
import { numberedOutpoint, record } from "../protocol/fluxnodes/fixtures.ts";

export const PARAMS = MINED_NETWORK;
/** The network file's benchmark key. */
export const BENCHMARK_KEY = { secret: new Uint8Array(32).fill(9), compressed: false };
export const NODE_KEY = { secret: new Uint8Array(32).fill(0x61), compressed: true };
export const NOW = 1_700_000_000;
export const IP = "198.51.100.7";
const COLLATERAL = numberedOutpoint(1);

/** A CONFIRM of a node of a tier, as an attestor is given it. */
export function request(tier: Tier = 1): AttestationRequest {
  const confirm = signConfirm(unsignedConfirm({ collateral: COLLATERAL, kind: "initial", sigTime: NOW }), NODE_KEY);
  const known: FluxnodeRecord = record({
    collateral: COLLATERAL,
    publicKey: publicKeyCreate(NODE_KEY.secret, NODE_KEY.compressed),
    tier,
  });
  return { confirm, record: known, now: NOW };
}

const folders: string[] = [];

export function removeProgramFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A new folder with a space in its path. */
export function programFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flux bench "));
  folders.push(folder);
  return folder;
}

/** What the client of these tests does with its commands: shell code for each. */
export interface ClientScript {
  readonly getstatus?: string;
  readonly getbenchmarks?: string;
  readonly signfluxnodetransaction?: string;
}

export const ONLINE = `echo '{"status":"online","benchmarking":"CUMULUS","flux":"connected"}'`;

/** Writes an executable shell script; its folder is $here. */
export function writeProgram(folder: string, name: string, code: string, mode = 0o755): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nhere="$(dirname "$0")"\n${code}\n`);
  chmodSync(path, mode);
}

export function writeClient(folder: string, script: ClientScript, mode = 0o755): void {
  const commands: Required<ClientScript> = {
    getstatus: ONLINE,
    getbenchmarks: "echo '{}'",
    signfluxnodetransaction: "exit 1",
    ...script,
  };
  const cases = Object.entries(commands).map(([name, code]) => `${name})\n${code}\n;;`);
  const log = 'echo "$*" >> "$here/calls"';
  writeProgram(folder, "fluxbench-cli", `${log}\ncase "$1" in\n${cases.join("\n")}\nesac`, mode);
}

/** No call of these tests takes so long unless it hangs. */
const PATIENCE_MILLIS = 600_000;

/** The client and the daemon of the tests in a folder of their own. */
export function benchmarkProgram(
  script: ClientScript,
  options: { readonly answerMillis?: number; readonly signal?: AbortSignal } = {},
): BenchmarkProgram {
  const directory = programFolder();
  writeClient(directory, script);
  writeProgram(directory, "fluxbenchd", "exit 0");
  return new BenchmarkProgram({ directory, testnet: false, answerMillis: PATIENCE_MILLIS, ...options });
}
