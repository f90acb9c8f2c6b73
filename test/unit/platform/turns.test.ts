import { describe, expect, test } from "bun:test";
import { atOnce, type Step, TurnTaker } from "../../../src/platform/index.ts";

/** Notes what happens in which order. */
function* noted(notes: string[], steps: readonly Step[]): Generator<Step> {
  for (const [i, step] of steps.entries()) {
    notes.push(`${i}`);
    yield step;
  }
  notes.push("end");
}

describe("work in turns", () => {
  test("others have their turn before a long step", async () => {
    const notes: string[] = [];
    const work = new TurnTaker().work(noted(notes, ["turn", "turn"]));
    setImmediate(() => {
      notes.push("other");
      setImmediate(() => notes.push("another"));
    });
    await work;
    expect(notes.indexOf("other")).toBeLessThan(notes.indexOf("end"));
    expect(notes.filter((note) => !note.includes("other"))).toEqual(["0", "1", "end"]);
  });

  test("others have their turn when the steps never end by themselves", async () => {
    let ended = false;
    let count = 0;
    setImmediate(() => {
      ended = true;
    });
    function* untilOthersHadTheirTurn(): Generator<Step> {
      while (!ended) {
        count++;
        yield "step";
      }
    }
    await new TurnTaker().work(untilOthersHadTheirTurn());
    expect(count).toBeGreaterThan(0);
  });

  test("rest gives others their turn, too", async () => {
    let ended = false;
    setImmediate(() => {
      ended = true;
    });
    const turns = new TurnTaker();
    while (!ended) await turns.rest();
    expect(ended).toBeTrue();
  });

  test("a step that fails ends the work and is told", async () => {
    let closed = false;
    function* failing(): Generator<Step> {
      try {
        yield "turn";
        throw new Error("broken");
      } finally {
        closed = true;
      }
    }
    expect(new TurnTaker().work(failing())).rejects.toThrow("broken");
    expect(() => atOnce(failing())).toThrow("broken");
    expect(closed).toBeTrue();
  });

  test("at once, nobody has a turn", () => {
    const notes: string[] = [];
    setImmediate(() => notes.push("other"));
    atOnce(noted(notes, ["step", "turn", "step"]));
    expect(notes).toEqual(["0", "1", "2", "end"]);
  });
});
