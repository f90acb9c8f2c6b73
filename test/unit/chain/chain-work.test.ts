import { expect, test } from "bun:test";
import { ChainWork } from "../../../src/chain/chain-work.ts";
import { FluxError } from "../../../src/platform/index.ts";

function failing(work: ChainWork, error: unknown): Promise<never> {
  return work.run(() => {
    throw error;
  });
}

test("a task that is refused breaks nothing", async () => {
  const work = new ChainWork("chain.db");
  for (const kind of ["refused", "not-ready"] as const) {
    await expect(failing(work, new FluxError("no", "no", { kind }))).rejects.toMatchObject({ code: "no" });
  }
  expect(await work.run(() => 1)).toBe(1);
  expect(work.resting).toBe(true);
});

test("a store that cannot be written breaks the chain, whatever the reason", async () => {
  for (const error of [
    new FluxError("database-locked", "in use", { kind: "refused" }),
    new FluxError("disk-full", "no space left"),
  ]) {
    const work = new ChainWork("chain.db");
    const told: unknown[] = [];
    work.failures.add((failure) => told.push(failure));
    await expect(failing(work, error)).rejects.toBe(error);
    expect(told).toEqual([error]);
    await expect(work.run(() => 1)).rejects.toBe(error);
    expect(work.resting).toBe(false);
  }
});
