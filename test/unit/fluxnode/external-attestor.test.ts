import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Attestation, BenchmarkProgram, ExternalAttestor } from "../../../src/fluxnode/attestors/index.ts";
import { toHex } from "../../../src/protocol/bytes/index.ts";
import { attestConfirm, signConfirm, unsignedConfirm } from "../../../src/protocol/fluxnodes/index.ts";
import { makeTransaction, type Transaction } from "../../../src/protocol/primitives/index.ts";
import { numberedOutpoint } from "../protocol/fluxnodes/fixtures.ts";
import {
  BENCHMARK_KEY,
  benchmarkProgram,
  type ClientScript,
  IP,
  NODE_KEY,
  NOW,
  ONLINE,
  PARAMS,
  programFolder,
  removeProgramFolders,
  request,
  writeClient,
  writeProgram,
} from "./scene.ts";

afterEach(removeProgramFolders);

const REQUEST = request();
const GOOD = attestConfirm(REQUEST.confirm, { tier: 1, sigTime: NOW + 5, ip: IP }, BENCHMARK_KEY);

function answering(program: BenchmarkProgram, asked = REQUEST): Promise<Attestation> {
  return new ExternalAttestor(program, PARAMS).attest(asked);
}

/** What becomes of what the client does with the transaction. */
function signing(code: string, more: ClientScript = {}): Promise<Attestation> {
  return answering(benchmarkProgram({ signfluxnodetransaction: code, ...more }));
}

const complete = (tx: Transaction) => `echo '{"status":"complete","hex":"${toHex(tx.raw)}"}'`;

function causeOf(attestation: Attestation): string {
  if (attestation.kind === "attested") throw new Error("attested");
  expect(attestation.fix).not.toBe("");
  return attestation.cause;
}

describe("a good answer", () => {
  const attested = { kind: "attested", tx: GOOD } as const;

  test("as JSON", async () => {
    expect(await signing(complete(GOOD))).toEqual(attested);
  });

  test("as bare hex, and as JSON without a status", async () => {
    expect(await signing(`echo ${toHex(GOOD.raw)}`)).toEqual(attested);
    expect(await signing(`echo ${toHex(GOOD.raw)} >&2`)).toEqual(attested);
    expect(await signing(`echo '{"hex":"${toHex(GOOD.raw)}"}'`)).toEqual(attested);
    // As the daemon reads it: what stands behind the transaction does not matter.
    expect(await signing(`echo ${toHex(GOOD.raw)}00`)).toEqual(attested);
  });

  test("whatever the exit code", async () => {
    expect(await signing(`${complete(GOOD)}; exit 7`)).toEqual(attested);
  });

  test("to the transaction that was handed in, on the network that it is for", async () => {
    for (const testnet of [false, true]) {
      const directory = programFolder();
      const flag = testnet ? '[ "$1" = -testnet ] || exit 1; shift; ' : "";
      writeProgram(
        directory,
        "zelbench-cli",
        `${flag}echo "$*" >> "$here/calls"\nif [ "$1" = getstatus ]; then ${ONLINE}; else ${complete(GOOD)}; fi`,
      );
      expect(await answering(new BenchmarkProgram({ directory, testnet }))).toEqual(attested);
      expect(readFileSync(join(directory, "calls"), "utf8").split("\n")).toEqual([
        "getstatus true",
        `signfluxnodetransaction ${toHex(REQUEST.confirm.raw)}`,
        "",
      ]);
    }
  });

  test("with a higher tier than the collateral's", async () => {
    const higher = attestConfirm(REQUEST.confirm, { tier: 3, sigTime: NOW, ip: IP }, BENCHMARK_KEY);
    expect(await signing(complete(higher))).toEqual({ kind: "attested", tx: higher });
  });
});

describe("an answer that cannot be used", () => {
  const undecodable = "Failed to decode fluxnode broadcast";

  test("no JSON, no hex, or half of it", async () => {
    const hex = toHex(GOOD.raw);
    for (const code of [
      "echo 'error: couldn'\\''t connect to server'",
      "head -c 3000 /dev/urandom",
      "true",
      "echo null",
      "echo '[]'",
      "echo 17",
      `echo '"${hex}"'`,
      `echo '{"status":"complete"}'`,
      `echo '{"status":"complete","hex":17}'`,
      `echo '{"status":"complete","hex":"zz"}'`,
      `echo '{"status":"complete","hex":""}'`,
      `echo ${hex.slice(0, -2)}`,
      `echo ${hex.slice(0, -1)}`,
    ]) {
      const attestation = await signing(code);
      expect([code, attestation]).toMatchObject([code, { cause: undecodable }]);
    }
  });

  test("too long for any answer", async () => {
    expect(causeOf(await signing("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"))).toContain("printed more");
  });

  test("is shown in part only", async () => {
    const attestation = await signing("head -c 100000 /dev/zero | tr '\\0' x");
    if (attestation.kind === "attested") throw new Error("attested");
    expect(attestation.fix).toContain("xxx");
    expect(attestation.fix.length).toBeLessThan(500);
  });
});

describe("a benchmark that is not complete", () => {
  const words = "Benchmarking hasn't completed, please wait until benchmarking has completed. Current status :";
  const failed = `echo '{"status":"failed"}'`;

  test("is told with its status", async () => {
    expect(causeOf(await signing(`echo '{"status":"running"}'`))).toBe(`${words} running`);
    expect(causeOf(await signing(`echo '{"status":{"a":1}}'`))).toStartWith(words);
  });

  test("is told with the reason that getbenchmarks knows", async () => {
    const reason = (text: string) => signing(failed, { getbenchmarks: `echo '${text}'` }).then(causeOf);
    expect(await reason('{"error":"Failed to meet disk"}')).toBe(`${words} failed (Failed to meet disk)`);
    for (const none of ['{"error":""}', '{"error":7}', "{}", "null", "oops"]) {
      expect(await reason(none)).toBe(`${words} failed`);
    }
  });

  test.each([
    ["running", "{}", "connected", /some minutes/],
    ["failed", "{}", "connected", /below every tier/],
    ["toaster", "{}", "connected", /below every tier/],
    ["failed", '{"error":"Error: Not possible to get speed test"}', "connected", /speedtestserverid/],
    ["failed", '{"error":"Failed to meet disk"}', "connected", /remove what/],
    ["failed", '{"error":"Error: Not possible to get speed test"}', "failed", /FluxOS/],
    ["waiting", "{}", "connected", /next blocks/],
  ])("is explained: %s, %s, FluxOS %s", async (status, benchmarks, flux, fix) => {
    // Attesting asks first whether the daemon is online, and then for the rest.
    const attestation = await signing(`echo '{"status":"${status}"}'`, {
      getstatus: `echo '{"status":"online","benchmarking":"${status}","flux":"${flux}"}'`,
      getbenchmarks: `echo '${benchmarks}'`,
    });
    expect(attestation).toMatchObject({ kind: "refused", fix: expect.stringMatching(fix) });
  });

  test("is told even if getbenchmarks hangs", async () => {
    const program = benchmarkProgram(
      { signfluxnodetransaction: failed, getbenchmarks: "sleep 1000" },
      { answerMillis: 2000 },
    );
    expect(causeOf(await answering(program))).toBe(`${words} failed`);
  });

  test("does not make a transaction good that lies beside it", async () => {
    expect(causeOf(await signing(`echo '{"status":"failed","hex":"${toHex(GOOD.raw)}"}'`))).toBe(`${words} failed`);
  });
});

describe("a transaction that was not asked for", () => {
  const foreign = "the benchmark daemon signed another transaction than the one it was given";
  const result = { tier: 1, sigTime: NOW, ip: IP };
  const { collateral } = REQUEST.record;

  test("of another node, kind, time or key", async () => {
    const other = (tx: Transaction) => attestConfirm(signConfirm(tx, NODE_KEY), result, BENCHMARK_KEY);
    const wrong = [
      other(unsignedConfirm({ collateral: numberedOutpoint(2), kind: "initial", sigTime: NOW })),
      other(unsignedConfirm({ collateral: { ...collateral, index: 9 }, kind: "initial", sigTime: NOW })),
      other(unsignedConfirm({ collateral, kind: "update", sigTime: NOW })),
      other(unsignedConfirm({ collateral, kind: "initial", sigTime: NOW + 1 })),
      attestConfirm(signConfirm(REQUEST.confirm, { ...NODE_KEY, compressed: false }), result, BENCHMARK_KEY),
      makeTransaction({ ...GOOD, version: 6 }),
    ];
    for (const tx of wrong) expect(causeOf(await signing(complete(tx)))).toBe(foreign);
  });

  test("signed by another key, or not at all", async () => {
    const unverified = "Failed to verify benchmarked signature";
    expect(causeOf(await signing(complete(attestConfirm(REQUEST.confirm, result, NODE_KEY))))).toBe(unverified);
    const wrongForm = { ...BENCHMARK_KEY, compressed: true };
    expect(causeOf(await signing(complete(attestConfirm(REQUEST.confirm, result, wrongForm))))).toBe(unverified);
    expect(causeOf(await signing(complete(REQUEST.confirm)))).toBe(unverified);
    if (GOOD.fluxnode?.kind !== "confirm") throw new Error("no CONFIRM");
    const elsewhere = makeTransaction({ ...GOOD, fluxnode: { ...GOOD.fluxnode, ip: "203.0.113.9" } });
    expect(causeOf(await signing(complete(elsewhere)))).toBe(unverified);
  });

  test("with a tier below the collateral's", async () => {
    const program = benchmarkProgram({ signfluxnodetransaction: complete(GOOD) });
    expect(causeOf(await answering(program, request(2)))).toBe(
      "the benchmark reached CUMULUS, the collateral asks for NIMBUS",
    );
    const none = attestConfirm(REQUEST.confirm, { tier: 0, sigTime: NOW, ip: IP }, BENCHMARK_KEY);
    expect(causeOf(await signing(complete(none)))).toContain("unknown tier 0");
  });
});

describe("a daemon that does not answer", () => {
  test("because it is offline", async () => {
    for (const getstatus of [
      `echo '{"status":"offline"}'`,
      `echo 'error: couldn'\\''t connect to server' >&2; exit 1`,
      "echo online",
      "echo null",
      "true",
    ]) {
      const attestation = answering(benchmarkProgram({ getstatus, signfluxnodetransaction: complete(GOOD) }));
      expect(causeOf(await attestation)).toBe("Benchd isn't running");
    }
  });

  test("because it hangs, also when a grandchild keeps the pipe", async () => {
    for (const code of ["sleep 1000", "sleep 1000 & exit 0"]) {
      const program = benchmarkProgram({ signfluxnodetransaction: code }, { answerMillis: 2000 });
      expect(causeOf(await answering(program))).toContain("did not end within 2 s");
    }
  });

  test("because the node ends", async () => {
    const ending = new AbortController();
    const asked = join(programFolder(), "asked");
    const program = benchmarkProgram(
      { signfluxnodetransaction: `echo > "${asked}"; sleep 1000` },
      { signal: ending.signal },
    );
    const attestation = answering(program);
    while (!existsSync(asked)) await Bun.sleep(5);
    ending.abort();
    expect(causeOf(await attestation)).toContain("was interrupted");
  });

  test("because it is not there", async () => {
    const directory = programFolder();
    const program = () => new BenchmarkProgram({ directory, testnet: false });
    expect(program().missing).toEqual(["fluxbench-cli", "fluxbenchd"]);
    expect(causeOf(await answering(program()))).toBe("there is no fluxbench-cli and no fluxbenchd");
    writeProgram(directory, "zelbenchd", "exit 0");
    expect(causeOf(await answering(program()))).toBe("there is no fluxbench-cli");
    const nowhere = new BenchmarkProgram({ directory: join(directory, "zelbenchd"), testnet: false });
    expect(causeOf(await answering(nowhere))).toBe("there is no fluxbench-cli and no fluxbenchd");
  });

  test("because this user must not run it", async () => {
    const directory = programFolder();
    writeClient(directory, {}, 0o644);
    writeProgram(directory, "fluxbenchd", "exit 0", 0o644);
    const program = new BenchmarkProgram({ directory, testnet: false });
    expect(program.missing).toEqual([]);
    expect(causeOf(await answering(program))).toContain("fluxbench-cli cannot be started");
    expect(program.start()).rejects.toThrow("fluxbenchd cannot be started");
  });
});
