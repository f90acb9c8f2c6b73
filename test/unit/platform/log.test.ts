import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, type LogFormat, type LogLevel, openLogFile } from "../../../src/platform/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxnode-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recording(level: LogLevel, format: LogFormat) {
  const lines: string[] = [];
  const log = createLog({ level, format, write: (line) => lines.push(line), time: () => 1_600_000_000_123 });
  return { log, lines };
}

describe("plain lines", () => {
  test("carry time, level, part, message and details", () => {
    const { log, lines } = recording("info", "plain");
    log.part("chain").info("connected", { height: 5, work: 12345678901234567890n, note: "two words", none: undefined });
    log.warn("x");
    expect(lines).toEqual([
      '2020-09-13T12:26:40.123Z INFO  chain: connected height=5 work=12345678901234567890 note="two words"\n',
      "2020-09-13T12:26:40.123Z WARN  x\n",
    ]);
  });

  test("leave out what is below the level", () => {
    const { log, lines } = recording("warn", "plain");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines).toHaveLength(2);
  });

  test("a stranger's text can neither start a line nor reach the terminal", () => {
    const { log, lines } = recording("info", "plain");
    log.info("peer says\nFAKE \u001b[2J", { agent: "a\nb\u001b[0m\u0085" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});

test("JSON lines parse and keep their values apart", () => {
  const { log, lines } = recording("debug", "json");
  log.part("p2p").debug('say "hi"\n', { height: 5, ok: true, value: 9007199254740993n });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: "2020-09-13T12:26:40.123Z",
      level: "debug",
      part: "p2p",
      message: 'say "hi"\n',
      height: 5,
      ok: true,
      value: "9007199254740993",
    },
  ]);
});

test("a log file is private, appended to, and follows a rotation", () => {
  const path = join(folder, "fluxnode.log");
  openLogFile(path).write("one\n");
  const file = openLogFile(path);
  file.write("two\n");
  renameSync(path, `${path}.1`);
  file.reopen();
  file.write("three\n");
  file.close();
  expect(readFileSync(`${path}.1`, "utf8")).toBe("one\ntwo\n");
  expect(readFileSync(path, "utf8")).toBe("three\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a log file that grows too large is put aside, and only so many are kept", () => {
  const path = join(folder, "rotated.log");
  const file = openLogFile(path, { maxBytes: 10, kept: 2 });
  for (const line of ["a much longer line than that\n", "one2345\n", "two\n", "three\n", "four567\n"]) file.write(line);
  file.close();
  expect(readFileSync(path, "utf8")).toBe("four567\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("two\nthree\n");
  expect(readFileSync(`${path}.2`, "utf8")).toBe("one2345\n");
  expect(() => statSync(`${path}.3`)).toThrow();
  const none = openLogFile(path, { maxBytes: 10, kept: 0 });
  none.write("more\n");
  none.close();
  expect(readFileSync(path, "utf8")).toBe("more\n");
});
