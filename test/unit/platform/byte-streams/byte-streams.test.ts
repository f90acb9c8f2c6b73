import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readBytes, writeChunks } from "../../../../src/platform/byte-streams/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fluxnode-streams-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONTENT = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) >> 5));

async function content(path: string, signal?: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of readBytes(path, signal)) parts.push(part);
  return Buffer.concat(parts);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("reading", () => {
  test("gzip is recognised by its content, not by the name", async () => {
    expect((await content(file("plain.gz", CONTENT))).equals(CONTENT)).toBe(true);
    expect((await content(file("packed", gzipSync(CONTENT)))).equals(CONTENT)).toBe(true);
  });

  test("several packed parts behind each other are one content", async () => {
    const parts = Buffer.concat([gzipSync(CONTENT.subarray(0, 1000)), gzipSync(CONTENT.subarray(1000))]);
    expect((await content(file("parts", parts))).equals(CONTENT)).toBe(true);
  });

  test("tiny files", async () => {
    expect((await content(file("empty", new Uint8Array(0)))).length).toBe(0);
    expect([...(await content(file("one", Uint8Array.of(0x1f))))]).toEqual([0x1f]);
  });

  test("damaged and cut off gzip", async () => {
    const packed = gzipSync(CONTENT);
    const cut = file("cut", packed.subarray(0, packed.length / 2));
    await expect(content(cut)).rejects.toMatchObject({ code: "gzip-damaged" });
    const flipped = Buffer.from(packed);
    flipped[packed.length - 6] = (flipped[packed.length - 6] as number) ^ 1;
    await expect(content(file("flipped", flipped))).rejects.toMatchObject({ code: "gzip-damaged" });
    await expect(content(file("head", packed.subarray(0, 2)))).rejects.toMatchObject({ code: "gzip-damaged" });
  });

  test("what cannot be read says so", async () => {
    await expect(content(join(folder, "nothing"))).rejects.toMatchObject({ code: "file-not-found", kind: "not-found" });
    await expect(content(folder)).rejects.toMatchObject({ code: "is-a-directory" });
  });

  test("an abort ends the bytes without an error", async () => {
    const controller = new AbortController();
    let length = 0;
    for await (const part of readBytes(file("packed-again", gzipSync(CONTENT)), controller.signal)) {
      length += part.length;
      controller.abort();
    }
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(CONTENT.length);
  });
});

async function* chunks(fail = false): AsyncGenerator<string> {
  for (let i = 0; i < 50; i++) yield `${i}${"x".repeat(5000)}\n`;
  if (fail) throw new Error("no more");
}

async function expected(): Promise<string> {
  let text = "";
  for await (const chunk of chunks()) text += chunk;
  return text;
}

describe("writing", () => {
  test("plain and packed, replacing what was there, with nothing left beside it", async () => {
    const path = file("target", Buffer.from("old"));
    const written = await writeChunks(path, chunks(), { mode: 0o644, gzip: false });
    expect(readFileSync(path, "utf8")).toBe(await expected());
    expect(written).toBe(statSync(path).size);
    await writeChunks(path, chunks(), { mode: 0o644, gzip: true });
    expect(gunzipSync(readFileSync(path)).toString()).toBe(await expected());
    expect(readdirSync(folder).filter((name) => name.includes(".new"))).toEqual([]);
  });

  test("new files get the mode that was asked for", async () => {
    const path = join(folder, "fresh");
    await writeChunks(path, chunks(), { mode: 0o640, gzip: false });
    expect(statSync(path).mode & 0o777).toBe(0o640 & ~process.umask());
  });

  test("a failure or an abort keeps the old file", async () => {
    const path = file("kept", Buffer.from("old"));
    await expect(writeChunks(path, chunks(true), { mode: 0o644, gzip: true })).rejects.toThrow("no more");
    const signal = AbortSignal.abort();
    await expect(writeChunks(path, chunks(), { mode: 0o644, gzip: false, signal })).rejects.toThrow();
    await Bun.sleep(20);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name.includes(".new"))).toEqual([]);
  });

  test("a device is written to, not replaced", async () => {
    await writeChunks("/dev/null", chunks(), { mode: 0o644, gzip: false });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    await expect(writeChunks("/dev/full", chunks(), { mode: 0o644, gzip: false })).rejects.toMatchObject({
      code: "disk-full",
    });
  });

  test("places that cannot be written to", async () => {
    await expect(writeChunks(folder, chunks(), { mode: 0o644, gzip: false })).rejects.toMatchObject({
      code: "is-a-directory",
    });
    const missing = join(folder, "no/such/folder");
    await expect(writeChunks(missing, chunks(), { mode: 0o644, gzip: false })).rejects.toMatchObject({
      code: "file-not-found",
    });
    expect(existsSync(missing)).toBe(false);
  });
});
