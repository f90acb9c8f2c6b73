import { describe, expect, test } from "bun:test";
import { ProgressLine } from "../../../src/cli/progress-line.ts";
import { systemdUnit } from "../../../src/cli/systemd-unit.ts";
import { TerminalStatus } from "../../../src/cli/terminal-status.ts";
import { byteText, durationText, timeText } from "../../../src/cli/text-layout.ts";

describe("progress", () => {
  const at = (height: number, headers: number, more: object = {}) => ({
    height,
    headers,
    syncing: true,
    peers: 3,
    history: null,
    ...more,
  });

  test("tells height, target, speed, peers and time left", () => {
    const line = new ProgressLine();
    expect(line.text(at(100, 1100), 0)).toBe("height 100 of 1100 (9.0 %), 0 blocks/s, 3 peers");
    expect(line.text(at(200, 1100, { peers: 1 }), 2000)).toBe(
      "height 200 of 1100 (18.1 %), 50 blocks/s, 1 peer, 18s left",
    );
    expect(line.text(at(1100, 1100), 3000)).toBe("height 1100, waiting for newer blocks, 3 peers");
    expect(line.text(at(1101, 1100, { syncing: false }), 4000)).toBe("height 1101, up to date, 3 peers");
  });

  test("tells how far the history below a snapshot is validated", () => {
    const line = new ProgressLine();
    expect(line.text(at(9, 9, { syncing: false, history: 0.9999 }), 0)).toBe(
      "height 9, up to date, 3 peers, history 99.9 %",
    );
    expect(line.text(at(9, 10, { history: 0.5 }), 0)).toBe(
      "height 9 of 10 (90.0 %), 0 blocks/s, 3 peers, history 50.0 %",
    );
  });

  test("forgets an old speed", () => {
    const line = new ProgressLine();
    line.text(at(0, 9000), 0);
    line.text(at(3000, 9000), 10_000);
    line.text(at(3000, 9000), 50_000);
    expect(line.text(at(3000, 9000), 90_000)).toMatch(/ 0 blocks\/s, 3 peers$/);
  });
});

test("other lines pass above the status line of a terminal", () => {
  let written = "";
  const status = new TerminalStatus(
    (text) => {
      written += text;
    },
    () => 10,
  );
  status.above("a\n");
  status.show("0123456789abc");
  status.show("0123456789xyz");
  status.above("b\n");
  status.end();
  expect(written).toBe("a\n\r\u001b[K012345678\r\u001b[Kb\n012345678\r\u001b[K");
});

test("figures for people", () => {
  expect([0, 12, 250, 7500, 273_600].map(durationText)).toEqual(["0s", "12s", "4m 10s", "2h 5m", "3d 4h"]);
  expect([0, 1023, 1536, 3 * 1024 ** 3].map(byteText)).toEqual(["0 bytes", "1023 bytes", "1.5 KiB", "3.0 GiB"]);
  expect(timeText(1_600_000_000)).toBe("2020-09-13 12:26:40 UTC");
});

test("paths in a unit file are quoted as systemd reads them", () => {
  const unit = systemdUnit({ command: ["/opt/a b/$x"], user: "flux", dataDirectory: '/d%"', network: undefined });
  expect(unit).toContain('ExecStart="/opt/a b/$$x" start --quiet --datadir "/d%%\\""\n');
  expect(unit).toContain('ReadWritePaths="-/d%%\\""\n');
});
