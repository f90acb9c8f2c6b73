import { afterEach, describe, expect, test } from "bun:test";
import { ShieldedThread } from "../../../../src/chain/shielded/shielded-thread.ts";
import { ShieldedVerifier } from "../../../../src/chain/shielded/shielded-verifier.ts";
import { FluxError } from "../../../../src/platform/index.ts";
import { type ShieldedJob, shieldedJobs } from "../../../../src/protocol/shielded/index.ts";
import { REAL_TRANSACTIONS } from "../../protocol/shielded/real-transactions.ts";
import { flipBit } from "../../protocol/shielded/vectors.ts";

const jobs = REAL_TRANSACTIONS.flatMap(({ tx, sighash }, i) => shieldedJobs(tx, 10 + i, sighash));

function brokenAt(...indexes: number[]): ShieldedJob[] {
  return jobs.map((job, i) => {
    if (!indexes.includes(i)) return job;
    if (job.kind === "spend") return { ...job, sighash: flipBit(job.sighash, 0) };
    if (job.kind === "output") return { ...job, output: { ...job.output, cmu: flipBit(job.output.cmu, 1) } };
    if (job.kind === "binding") return { ...job, valueBalance: job.valueBalance - 1n };
    return { ...job, joinSplitPubKey: flipBit(job.joinSplitPubKey, 2) };
  });
}

const verifiers: ShieldedVerifier[] = [];
function open(options: { threads?: number; idleMs?: number } = {}): ShieldedVerifier {
  const verifier = new ShieldedVerifier(options);
  verifiers.push(verifier);
  return verifier;
}

afterEach(() => {
  for (const verifier of verifiers.splice(0)) verifier.close();
});

describe("shielded verifier", () => {
  test("valid jobs pass, none at all too", async () => {
    const verifier = open();
    expect(await verifier.verifyShielded([])).toBeNull();
    expect(await verifier.verifyShielded(jobs)).toBeNull();
  });

  test("each kind of job is named with its transaction and reason", async () => {
    const verifier = open({ threads: 1 });
    const reasons = {
      spend: "bad-txns-sapling-spend-description-invalid",
      output: "bad-txns-sapling-output-description-invalid",
      binding: "bad-txns-sapling-binding-signature-invalid",
      joinsplit: "bad-txns-joinsplit-verification-failed",
    };
    for (const kind of ["spend", "output", "binding", "joinsplit"] as const) {
      const index = jobs.findIndex((job) => job.kind === kind);
      const { txIndex } = jobs[index] as ShieldedJob;
      expect(await verifier.verifyShielded(brokenAt(index))).toEqual({ index, kind, txIndex, reason: reasons[kind] });
    }
  });

  test("the first failure in the given order wins, whichever thread finds it", async () => {
    const verifier = open({ threads: 3 });
    expect(jobs.length).toBeGreaterThan(16);
    const last = jobs.length - 1;
    expect((await verifier.verifyShielded(brokenAt(last)))?.index).toBe(last);
    expect((await verifier.verifyShielded(brokenAt(9, last)))?.index).toBe(9);
    expect((await verifier.verifyShielded(brokenAt(3, 9, last)))?.index).toBe(3);
  });

  test("concurrent calls do not mix up their answers", async () => {
    const verifier = open({ threads: 2 });
    const results = await Promise.all(
      [brokenAt(5), jobs, brokenAt(0), brokenAt(2, 7)].map((set) => verifier.verifyShielded(set)),
    );
    expect(results.map((result) => result?.index ?? null)).toEqual([5, null, 0, 2]);
  });

  test("the main thread stays free while proofs are checked", async () => {
    const verifier = open({ threads: 1 });
    const work = verifier.verifyShielded([...jobs, ...jobs, ...jobs]);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await work;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test("a closed verifier rejects what is under way and what comes later", async () => {
    const verifier = open();
    const work = verifier.verifyShielded(jobs);
    verifier.close();
    await expect(work).rejects.toThrow(FluxError);
    await expect(verifier.verifyShielded(jobs)).rejects.toThrow("stopping");
  });

  test("an idle thread ends and comes back for the next jobs", async () => {
    const thread = new ShieldedThread(20);
    expect(thread.running).toBe(false);
    expect(await thread.firstFailing(jobs.slice(0, 1))).toBeNull();
    expect(thread.running).toBe(true);
    await Bun.sleep(60);
    expect(thread.running).toBe(false);
    expect(await thread.firstFailing(brokenAt(0).slice(0, 1))).toBe(0);
    thread.stop("end of the test");
  });

  test("a job that cannot be checked is an error, neither valid nor invalid", async () => {
    const verifier = open({ threads: 1 });
    const malformed = [{ kind: "spend", txIndex: 0 }] as unknown as ShieldedJob[];
    await expect(verifier.verifyShielded(malformed)).rejects.toThrow(FluxError);
    expect(await verifier.verifyShielded(jobs.slice(0, 2))).toBeNull();
  });
});
