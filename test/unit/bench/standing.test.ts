import { expect, test } from "bun:test";
import { type Area, judge, type Measured, standing, type TierProfile } from "../../../src/bench/index.ts";
import { GIB, measured, today } from "./reports.ts";

const nothing = {
  processors: null,
  memoryBytes: null,
  storageBytes: null,
  solidState: false,
  eps: null,
  diskWriteBytesPerSecond: null,
  bandwidthBitsPerSecond: null,
};

function only(areas: readonly Area[], machine: Measured = measured()): Measured {
  return {
    ...machine,
    areas,
    cpu: areas.includes("cpu") ? machine.cpu : null,
    disk: areas.includes("disk") ? machine.disk : null,
  };
}

test("what was left out decides nothing, what was measured does", () => {
  expect(standing(judge(today, only(["cpu"])), "STRATUS")).toBe("reached");
  expect(standing(judge(today, only(["cpu"], measured({}, 90))), "STRATUS")).toBe("below");
  expect(standing(judge(today, only(["cpu"], measured({}, 90))), "NIMBUS")).toBe("reached");
  expect(standing(judge(today, only(["memory"], measured({ usableMemoryBytes: GIB }))), "STRATUS")).toBe("below");
});

test("nothing measured is neither reached nor below", () => {
  const verdict = judge(today, only(["bandwidth"]));
  expect(verdict).toMatchObject({ tier: null, blocking: [] });
  for (const { name } of today.tiers) expect(standing(verdict, name)).toBe("unknown");
});

test("a tier that asks for nothing is everybody's, and stands in no other's way", () => {
  const profile: TierProfile = {
    ...today,
    tiers: [
      { name: "ANY", ...nothing },
      { name: "SOME", ...nothing, processors: 8 },
      { name: "MORE", ...nothing, processors: 32 },
    ],
  };
  const verdict = judge(profile, measured());
  expect(verdict).toMatchObject({ tier: "SOME", nextTier: "MORE", blocking: ["processors"] });
  expect(["ANY", "SOME", "MORE"].map((name) => standing(verdict, name))).toEqual(["reached", "reached", "below"]);
  expect(judge(profile, measured({ usableProcessors: 1 })).tier).toBe("ANY");
  expect(judge({ ...profile, tiers: profile.tiers.slice(0, 1) }, only([])).tier).toBe("ANY");
});

test("a lower tier that asks only for what was left out stands in nobody's way", () => {
  const profile: TierProfile = {
    ...today,
    tiers: [
      { name: "LOW", ...nothing, memoryBytes: GIB },
      { name: "HIGH", ...nothing, memoryBytes: GIB, processors: 4 },
    ],
  };
  const verdict = judge(profile, only(["cpu"]));
  expect(verdict.tier).toBe("HIGH");
  expect(standing(verdict, "HIGH")).toBe("reached");
  expect(standing(verdict, "LOW")).toBe("unknown");
});
