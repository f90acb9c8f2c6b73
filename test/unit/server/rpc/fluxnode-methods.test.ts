import { describe, expect, test } from "bun:test";
import type { Confirmation } from "../../../../src/fluxnode/index.ts";
import { FluxError } from "../../../../src/platform/index.ts";
import { toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { fluxnodeTransaction } from "../../../../src/protocol/fluxnodes/index.ts";
import type { RpcBenchmarks, RpcFluxnode } from "../../../../src/server/rpc/index.ts";
import { call, failure, fakeContext } from "./fake-context.ts";

const COLLATERAL = { txid: new Uint8Array(32).fill(5), index: 3 };
const TX = fluxnodeTransaction(5, { kind: "untyped", type: 1, collateral: COLLATERAL });

function benchmarks(parts: Partial<RpcBenchmarks> = {}): RpcBenchmarks {
  return {
    isRunning: async () => true,
    benchmarks: async () => '{\n  "status": "CUMULUS"\n}\n',
    status: async () => '{\n  "status": "online"\n}\n',
    start: async () => {},
    stop: async () => {},
    ...parts,
  };
}

function contextOf(parts: Partial<RpcFluxnode> = {}) {
  const confirm = async (): Promise<Confirmation> => ({ kind: "sent", tx: TX });
  return { ...fakeContext(), fluxnode: { collateral: COLLATERAL, benchmarks: benchmarks(), confirm, ...parts } };
}

describe("a machine that is no fluxnode", () => {
  test.each([
    "getfluxnodestatus",
    "getzelnodestatus",
    "getbenchmarks",
    "getbenchstatus",
    "startfluxbenchd",
    "stopzelbenchd",
  ])("%s", async (method) => expect(await failure(fakeContext(), method)).toEqual([-1, "This is not a Flux Node"]));

  test("createconfirmationtransaction has a code of its own", async () => {
    expect(await failure(fakeContext(), "createconfirmationtransaction")).toEqual([-32600, "This is not a Flux Node"]);
  });
});

describe("benchmarks", () => {
  test("are the client's text as it is", async () => {
    expect(await call(contextOf(), "getbenchmarks")).toBe('{\n  "status": "CUMULUS"\n}\n');
    expect(await call(contextOf(), "getbenchstatus")).toBe('{\n  "status": "online"\n}\n');
  });

  test("of a daemon that does not run", async () => {
    const context = contextOf({ benchmarks: benchmarks({ isRunning: async () => false }) });
    expect(await call(context, "getbenchmarks")).toBe("Benchmark not running");
    expect(await call(context, "getbenchstatus")).toBe("Benchmark not running");
    expect(await call(context, "stopfluxbenchd")).toBe("Not running");
  });

  test("start and stop", async () => {
    const done: string[] = [];
    let running = false;
    const daemon = benchmarks({
      isRunning: async () => running,
      start: async () => void done.push("start"),
      stop: async () => void done.push("stop"),
    });
    const context = contextOf({ benchmarks: daemon });
    expect(await call(context, "startfluxbenchd")).toBe("Starting process");
    running = true;
    expect(await call(context, "startzelbenchd")).toBe("Already running");
    expect(await call(context, "stopfluxbenchd")).toBe("Stopping process");
    expect(done).toEqual(["start", "stop"]);
  });

  test("a daemon that cannot be started", async () => {
    const start = () => Promise.reject(new FluxError("program-missing", "there is no program /x/fluxbenchd"));
    const context = contextOf({ benchmarks: benchmarks({ isRunning: async () => false, start }) });
    expect(await failure(context, "startfluxbenchd")).toEqual([-1, "there is no program /x/fluxbenchd"]);
  });
});

describe("createconfirmationtransaction", () => {
  const answering = (confirmation: Confirmation) => contextOf({ confirm: async () => confirmation });
  const sent = { txid: toDisplayHash(TX.txid), raw: toHex(TX.raw) };

  test("sent, or not taken by the pool", async () => {
    expect(await call(contextOf(), "createconfirmationtransaction")).toEqual({ status: "Successfully Sent", ...sent });
    const refused = answering({ kind: "refused", tx: TX, cause: "too soon" });
    expect(await call(refused, "createconfirmationtransaction")).toEqual({ status: "Fail to send", ...sent });
  });

  test("without a record, and without a benchmark", async () => {
    const unsigned = answering({ kind: "unsigned", cause: "fluxnode-data-is-null" });
    expect(await failure(unsigned, "createconfirmationtransaction")).toEqual([
      -25,
      "Failed to sign new confirmation transaction: fluxnode-data-is-null\n",
    ]);
    const unattested = answering({ kind: "unattested", cause: "Benchd isn't running", fix: "start it" });
    expect(await failure(unattested, "createconfirmationtransaction")).toEqual([
      -25,
      "Benchmark failed to sign new confirmation transaction: Benchd isn't running\n",
    ]);
  });
});
