import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Attestation } from "../../../src/fluxnode/attestors/index.ts";
import type { Transaction } from "../../../src/protocol/primitives/index.ts";
import { removeScratchFolders } from "../../chain/test-store.ts";
import { ConfirmingChain } from "./confirming-chain.ts";
import { BENCHMARK_KEY, IP } from "./scene.ts";

const UPDATE_DISTANCE = 40;
const RETRY_DISTANCE = 4;

let scene: ConfirmingChain;

beforeEach(async () => {
  scene = await ConfirmingChain.open();
});

afterEach(async () => {
  await scene.close();
  removeScratchFolders();
});

const refusing = (cause: string) => async (): Promise<Attestation> => ({ kind: "refused", cause, fix: "do" });

function warnings(): unknown[] {
  return scene.said.filter(([level]) => level === "warn").map(([, , fields]) => (fields as { cause: string }).cause);
}

function updateTypes(): unknown[] {
  return scene.relayed.map(({ fluxnode }) => fluxnode?.kind === "confirm" && fluxnode.updateType);
}

test("a machine that was not started confirms nothing", async () => {
  await scene.grow(3);
  expect(scene.attestor.asked).toEqual([]);
  expect(scene.said).toEqual([]);
});

test("a START is followed by a confirmation, and that by an update when it is time", async () => {
  await scene.grow(1, scene.start());
  const started = scene.height;
  expect(scene.attestor.asked).toEqual([started]);
  const [confirm] = scene.pool() as [Transaction];
  expect(scene.relayed).toEqual([confirm]);
  expect(confirm.fluxnode).toMatchObject({ updateType: 0, ip: IP, benchmarkTier: 1 });
  expect(scene.said).toMatchObject([["info", "confirmation sent", { kind: "initial" }]]);

  // Nobody mined it: it is offered again and not made anew.
  await scene.grow(2);
  expect(scene.relayed).toEqual([confirm, confirm, confirm]);
  expect(scene.attestor.asked.length).toBe(1);

  await scene.grow(1, confirm);
  const confirmed = scene.height;
  expect(await scene.status()).toBe("confirmed");
  await scene.grow(UPDATE_DISTANCE);
  expect(scene.attestor.asked).toEqual([started]);
  await scene.grow(1);
  expect(scene.attestor.asked).toEqual([started, confirmed + UPDATE_DISTANCE + 1]);
  expect(updateTypes().at(-1)).toBe(1);

  // An update is made anew at each look until one is mined.
  await scene.grow(1);
  expect(scene.attestor.asked.length).toBe(3);
  expect(scene.pool().length).toBe(1);
  await scene.grow(1, ...scene.pool());
  await scene.grow(2);
  expect(scene.attestor.asked.length).toBe(3);
  expect(warnings()).toEqual([]);
});

test("a first confirmation that failed is tried again a few blocks later", async () => {
  scene.attestor.answer = refusing("not yet");
  await scene.grow(1, scene.start());
  const started = scene.height;
  await scene.grow(2 * RETRY_DISTANCE);
  expect(scene.attestor.asked).toEqual([started, started + RETRY_DISTANCE, started + 2 * RETRY_DISTANCE]);
  expect(scene.relayed).toEqual([]);
  expect(await scene.status()).toBe("started");
});

test("each cause is told once, until something else happens", async () => {
  const honest = scene.attestor.answer;
  scene.attestor.answer = refusing("first");
  await scene.grow(1 + RETRY_DISTANCE, scene.start());
  expect(scene.attestor.asked.length).toBe(2);
  expect(warnings()).toEqual(["first"]);
  scene.attestor.answer = refusing("second");
  await scene.grow(2 * RETRY_DISTANCE);
  expect(warnings()).toEqual(["first", "second"]);
  scene.attestor.answer = honest;
  await scene.grow(RETRY_DISTANCE);
  await scene.grow(UPDATE_DISTANCE + 1, ...scene.pool());
  scene.attestor.answer = refusing("second");
  await scene.grow(3);
  expect(warnings()).toEqual(["first", "second", "second"]);
});

test("an attestor that hangs holds up no block and is not asked again beside it", async () => {
  let release = (_: Attestation) => {};
  scene.attestor.answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  await scene.block(scene.start());
  const started = scene.height;
  for (let i = 0; i < 3 * RETRY_DISTANCE; i++) await scene.block();
  expect(scene.height).toBe(started + 3 * RETRY_DISTANCE);
  // Its one call may reach it late, but there is only one.
  while (scene.attestor.asked.length === 0) await Bun.sleep(1);
  await scene.block();
  expect(scene.attestor.asked.length).toBe(1);
  scene.attestor.answer = refusing("slow");
  release(await refusing("slow")());
  await scene.automatic.idle();
  await scene.grow(RETRY_DISTANCE);
  expect(scene.attestor.asked.length).toBe(2);
  expect(scene.attestor.mostAtOnce).toBe(1);
  expect(warnings()).toEqual(["slow"]);
});

test("stopping waits for the attestor, and nothing follows", async () => {
  let release = (_: Attestation) => {};
  scene.attestor.answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  await scene.block(scene.start());
  while (scene.attestor.asked.length === 0) await Bun.sleep(1);
  const events: string[] = [];
  const stopped = scene.automatic.stop().then(() => events.push("stopped"));
  await scene.block();
  events.push("released");
  release(await refusing("interrupted")());
  await stopped;
  expect(events).toEqual(["released", "stopped"]);
  await scene.grow(RETRY_DISTANCE + 1);
  expect(scene.attestor.asked.length).toBe(1);
});

test("an attestor that breaks its word is told, and asked again", async () => {
  scene.attestor.answer = () => Promise.reject(new Error("broken"));
  await scene.grow(1 + RETRY_DISTANCE, scene.start());
  expect(scene.attestor.asked.length).toBe(2);
  expect(scene.said[0]).toMatchObject(["error", "the confirmation failed", { error: "Error: broken" }]);
});

test("a key that the START does not name confirms nothing", async () => {
  await scene.automatic.stop();
  scene.watch(undefined, BENCHMARK_KEY);
  await scene.grow(1 + RETRY_DISTANCE, scene.start());
  expect(scene.attestor.asked).toEqual([]);
  expect(warnings()).toEqual(["fluxnode-key is not the key that the START named"]);
});

test("pauses between two looks are drawn anew: up to 4 blocks, then up to 6", async () => {
  await scene.automatic.stop();
  scene.attestor.answer = refusing("no");
  const limits: number[] = [];
  scene.watch((limit) => {
    limits.push(limit);
    return limit - 1;
  });
  const from = scene.height;
  await scene.grow(16, scene.start());
  expect(scene.attestor.asked).toEqual([from + 4, from + 10, from + 16]);
  expect(limits).toEqual([4, 6, 6, 6]);
});

test("blocks that are taken off are no reason to look", async () => {
  await scene.grow(1, scene.start());
  await scene.grow(1, ...scene.pool());
  const last = await scene.block();
  await scene.automatic.stop();
  const before = scene.relayed.length;
  let drawn = 0;
  scene.watch(() => drawn++ && 0);
  await scene.chain.invalidateBlock(last.entry.hash);
  await scene.automatic.idle();
  expect(drawn).toBe(1);
  await scene.chain.reconsiderBlock(last.entry.hash);
  await scene.automatic.idle();
  expect(drawn).toBe(2);
  expect(scene.relayed.length).toBe(before);
});

describe("a fluxnode that is paid no more", () => {
  const NEVER_LONGER = 200;
  const losses = () =>
    scene.said
      .filter(([level, text]) => level === "warn" && !String(text).includes("trying again"))
      .map(([, text]) => text);
  const until = async (status: string | undefined) => {
    for (let i = 0; (await scene.status()) !== status; i++) {
      if (i === NEVER_LONGER) throw new Error(`it did not become ${status}`);
      await scene.grow(1);
    }
    await scene.grow(3);
  };

  test("because nobody confirmed its START is told once", async () => {
    scene.attestor.answer = refusing("no");
    await scene.grow(2, scene.start());
    expect(losses()).toEqual([]);
    await until("dos");
    expect(losses()).toEqual([expect.stringContaining("not confirmed in time")]);
  });

  test("because it was not confirmed again is told once", async () => {
    await scene.grow(1, scene.start());
    await scene.grow(1, ...scene.pool());
    scene.attestor.answer = refusing("no");
    await until(undefined);
    expect(losses()).toEqual([expect.stringContaining("is not paid")]);
  });
});
