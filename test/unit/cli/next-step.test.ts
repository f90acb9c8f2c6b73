import { expect, test } from "bun:test";
import { nextStep } from "../../../src/cli/fluxnode/next-step.ts";
import { main } from "../protocol/fluxnodes/fixtures.ts";

const PON = 3_000_000;
const BEFORE = 1_500_000;

function stepOf(status: string, height: number, added = 0, lastConfirmed = 0): Promise<string> {
  return nextStep({ status, added, lastConfirmed }, height, main);
}

test("a started node has a window to confirm itself in", async () => {
  expect(await stepOf("STARTED", PON, PON - 5)).toContain(`by height ${PON - 5 + 240};`);
});

test("a confirmed node waits for its next confirmation, and then has to send it", async () => {
  expect(await stepOf("CONFIRMED", PON, 0, PON - 500)).toContain(`from height ${PON + 1} on`);
  expect(await stepOf("CONFIRMED", PON, 0, PON - 501)).toContain(`off the list after height ${PON - 501 + 640}`);
  expect(await stepOf("CONFIRMED", BEFORE, 0, BEFORE - 120)).toContain(`from height ${BEFORE + 1} on`);
});

test("a node of the DoS list may be started again after its time", async () => {
  expect(await stepOf("DOS", PON, PON - 300)).toContain(`after height ${PON - 300 + 720}`);
  expect(await stepOf("DOS", BEFORE, BEFORE - 100)).toContain(`after height ${BEFORE - 100 + 180}`);
});

test("a node that the chain does not know is started", async () => {
  expect(await stepOf("expired", PON)).toContain("fluxnode node start");
});
