import { afterAll, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { followFile, lastLines } from "../../../../src/platform/log-tail/index.ts";

const base = mkdtempSync(join(tmpdir(), "fluxnode-tail-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(base, "log-")), "fluxnode.log");
});
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("the last lines are those that splitting the whole file gives", () => {
  const line = fc.string({ maxLength: 20 }).map((content) => content.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.nat(14), fc.boolean(), (lines, count, closed) => {
      const open = lines.at(-1) !== "" && !closed;
      writeFileSync(
        path,
        lines
          .map((content) => `${content}\n`)
          .join("")
          .slice(0, open ? -1 : undefined),
      );
      const expected = count === 0 ? [] : lines.slice(-count);
      const tail = text(lastLines(path, count).bytes);
      expect(tail).toBe(
        expected
          .map((content) => `${content}\n`)
          .join("")
          .slice(0, open ? -1 : undefined),
      );
    }),
  );
});

test("a file of many pieces is read from its end", () => {
  const lines = Array.from({ length: 20_000 }, (_, number) => `line ${number} of a long file`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  expect(text(lastLines(path, 5000).bytes)).toBe(`${lines.slice(-5000).join("\n")}\n`);
  expect(() => lastLines(`${path}.none`, 5)).toThrow(expect.objectContaining({ code: "file-not-found" }));
});

test("following sees what is added, and goes on in the file that takes the place of a rotated one", async () => {
  writeFileSync(path, "old\n");
  const { end } = lastLines(path, 10);
  appendFileSync(path, "between\n");
  renameSync(path, `${path}.2`);
  writeFileSync(path, "");
  let seen = "";
  const stop = new AbortController();
  const until = async (expected: string) => {
    for (let turn = 0; turn < 100 && seen !== expected; turn++) await Bun.sleep(20);
    expect(seen).toBe(expected);
  };
  const following = followFile(path, end, (bytes) => (seen += text(bytes)), stop.signal);
  await until("between\n");
  appendFileSync(path, "last of the old\n");
  renameSync(path, `${path}.1`);
  writeFileSync(path, "first of the new\n");
  await until("between\nlast of the old\nfirst of the new\n");
  writeFileSync(path, "cut\n");
  await until("between\nlast of the old\nfirst of the new\ncut\n");
  stop.abort();
  await following;
});
