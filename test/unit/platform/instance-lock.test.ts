import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDataDirectory, type DataDirectory, FluxError } from "../../../src/platform/index.ts";
import { acquireInstanceLock } from "../../../src/platform/instance-lock/index.ts";

let directory: DataDirectory;

beforeEach(() => {
  directory = createDataDirectory(mkdtempSync(join(tmpdir(), "fluxnode-lock-")), "main");
});

afterEach(() => rmSync(directory.root, { recursive: true, force: true }));

const HOLDER = `
  const { createDataDirectory, FluxError } = await import("${import.meta.dir}/../../../src/platform/index.ts");
  const { acquireInstanceLock } = await import("${import.meta.dir}/../../../src/platform/instance-lock/index.ts");
  try {
    acquireInstanceLock(createDataDirectory(process.argv[1], "main"));
    console.log("held");
    await new Promise((resolve) => setTimeout(resolve, 60000));
  } catch (error) {
    console.log(error instanceof FluxError ? error.code : String(error));
  }
`;

function spawnHolder() {
  return Bun.spawn([process.execPath, "-e", HOLDER, directory.root], { stdout: "pipe", stderr: "inherit" });
}

async function firstLine(child: ReturnType<typeof spawnHolder>): Promise<string> {
  const { value } = await child.stdout.getReader().read();
  return new TextDecoder().decode(value).trim();
}

function refusal(): FluxError {
  try {
    acquireInstanceLock(directory).release();
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error("the lock was given although another process holds it");
}

test("writes its process id, frees the directory, and can be taken again", () => {
  const lock = acquireInstanceLock(directory);
  expect(readFileSync(directory.file("fluxnode.pid"), "utf8")).toBe(`${process.pid}\n`);
  lock.release();
  lock.release();
  expect(existsSync(directory.file("fluxnode.pid"))).toBe(false);
  acquireInstanceLock(directory).release();
});

test("refuses while another process holds it, naming that process, and not after it was killed", async () => {
  const child = spawnHolder();
  expect(await firstLine(child)).toBe("held");
  const error = refusal();
  expect(error.code).toBe("datadir-in-use");
  expect(error.kind).toBe("refused");
  expect(error.message).toContain(`pid ${child.pid}`);
  child.kill("SIGKILL");
  await child.exited;
  // The pid file of the killed process is still there; only the lock of the system counts.
  expect(existsSync(directory.file("fluxnode.pid"))).toBe(true);
  acquireInstanceLock(directory).release();
});

test("does not name a process that is gone", async () => {
  const child = spawnHolder();
  expect(await firstLine(child)).toBe("held");
  writeFileSync(directory.file("fluxnode.pid"), "4194399\n");
  expect(refusal().message).toBe(`the data directory ${directory.root} is in use by another fluxnode process`);
  child.kill("SIGKILL");
  await child.exited;
});

test("of several processes that race exactly one gets it", async () => {
  const children = Array.from({ length: 4 }, spawnHolder);
  const answers = await Promise.all(children.map(firstLine));
  for (const child of children) child.kill("SIGKILL");
  expect(answers.toSorted()).toEqual(["datadir-in-use", "datadir-in-use", "datadir-in-use", "held"]);
  await Promise.all(children.map((child) => child.exited));
});

test("networks of one data directory have locks of their own", () => {
  const main = acquireInstanceLock(directory);
  acquireInstanceLock(createDataDirectory(directory.root, "test")).release();
  main.release();
});
