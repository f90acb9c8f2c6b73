import { expect, test } from "bun:test";
import { judge } from "../../../../src/bench/index.ts";
import { reportText } from "../../../../src/cli/bench/report-text.ts";
import { measured, report, today } from "../../bench/reports.ts";

test("the tier that was asked for", () => {
  const whole = report();
  expect(reportText(whole, undefined)).not.toContain("NIMBUS: reached as far");
  expect(reportText(whole, "NIMBUS")).toEndWith("NIMBUS: reached as far as measured; not measured: bandwidth");
  const slow = report(50);
  expect(reportText(slow, "NIMBUS")).toEndWith("below NIMBUS");
  const nothing = { ...measured(), areas: [], cpu: null, disk: null };
  const unknown = { ...whole, cpu: null, disk: null, verdict: judge(today, nothing) };
  expect(reportText(unknown, "NIMBUS")).toEndWith("NIMBUS: unknown, nothing that it asks for was measured");
});
