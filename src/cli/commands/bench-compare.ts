import type { Command } from "commander";
import { measurementText } from "../bench/measurement-text.ts";
import type { CommandLine } from "../command-line.ts";
import { table } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";
import { withHistory } from "./bench-history.ts";

export function addBenchCompareCommand(parent: Command, line: CommandLine): void {
  parent
    .command("compare")
    .description("show what changed from one benchmark to another")
    .argument("<a>", "number of the earlier one, from the history")
    .argument("<b>", "number of the later one")
    .action(
      line.action(async ({ output, globals }, { args: [first = "", second = ""] }) => {
        const ids = [wholeNumber(first, "<a>", 1), wholeNumber(second, "<b>", 1)] as const;
        const { compareReports, differences } = await import("../../bench/index.ts");
        const [a, b] = await withHistory(globals, (history) => [history.get(ids[0]), history.get(ids[1])] as const);
        const changes = compareReports(a, b);
        const different = differences(a, b);
        const comparable = different.length === 0;
        output.result(
          {
            before: {
              id: a.id,
              time: a.time,
              programVersion: a.programVersion,
              workloadVersion: a.workloadVersion,
              tier: a.verdict.tier,
            },
            after: {
              id: b.id,
              time: b.time,
              programVersion: b.programVersion,
              workloadVersion: b.workloadVersion,
              tier: b.verdict.tier,
            },
            comparable,
            differences: different,
            changes: changes.map((change) => ({ ...change })),
          },
          () =>
            [
              table(
                ["", `${a.id}`, `${b.id}`, "CHANGE"],
                [
                  ["tier", a.verdict.tier ?? "none", b.verdict.tier ?? "none", ""],
                  ...changes.map(({ name, unit, before, after, ratio }) => [
                    name,
                    measurementText(unit, before),
                    measurementText(unit, after),
                    ratio === null ? "" : `${ratio >= 1 ? "+" : ""}${((ratio - 1) * 100).toFixed(1)} %`,
                  ]),
                ],
              ),
              ...(comparable ? [] : [`note: the two did not measure in the same way (${different.join("; ")})`]),
            ].join("\n"),
        );
      }),
    );
}
