import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { exportLines } from "../../../src/node/index.ts";
import { all } from "./pieces.ts";

const SET = join(import.meta.dir, "../../vectors/fluxd/regtest-a");
const LINES = gunzipSync(readFileSync(join(SET, "blocks.hex.gz")))
  .toString()
  .trim()
  .split("\n");
const blockAt = async (height: number) => LINES[height - 1] as string;

test("the lines of a range, in few chunks", async () => {
  const chunks = await all(exportLines(blockAt, 1, 1420));
  expect(chunks.join("")).toBe(`${LINES.join("\n")}\n`);
  expect(chunks.length).toBeLessThan(6);
  expect((await all(exportLines(blockAt, 7, 8))).join("")).toBe(`${LINES[6]}\n${LINES[7]}\n`);
  expect(await all(exportLines(blockAt, 1, 0))).toEqual([]);
});

test("a chain that changes meanwhile is noticed", async () => {
  const changing = (height: number) => blockAt(height < 50 ? height : height + 1);
  await expect(all(exportLines(changing, 1, 100))).rejects.toMatchObject({ code: "chain-reorganised" });
});
