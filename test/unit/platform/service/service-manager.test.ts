import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  absolutePath,
  directorySize,
  notifyServiceManager,
  ownCommand,
} from "../../../../src/platform/service/index.ts";

/** Bun has no such sockets, so another program listens. */
const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name.startswith("@") else name)
s.settimeout(10)
print("bound", flush=True)
print(s.recv(4096).decode(), flush=True)
`;

async function received(name: string, state: string): Promise<[string | null, string]> {
  const listener = Bun.spawn(["python3", "-c", LISTENER, name], { stdout: "pipe" });
  const reader = listener.stdout.getReader();
  await reader.read();
  const problem = notifyServiceManager(state, { NOTIFY_SOCKET: name });
  const { value } = await reader.read();
  await listener.exited;
  return [
    problem,
    Buffer.from(value ?? [])
      .toString()
      .trim(),
  ];
}

test.skipIf(Bun.which("python3") === null)(
  "the service manager gets the message, by a path and by a name",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "fluxnode-notify-"));
    try {
      expect(await received(join(folder, "socket"), "READY=1")).toEqual([null, "READY=1"]);
      expect(await received(`@fluxnode-test-${process.pid}`, "STOPPING=1")).toEqual([null, "STOPPING=1"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("nobody to tell is fine, an address without a listener is said", () => {
  expect(notifyServiceManager("READY=1", {})).toBeNull();
  expect(notifyServiceManager("READY=1", { NOTIFY_SOCKET: "/nowhere/socket" })).toMatch(/nobody listens/);
  expect(notifyServiceManager("READY=1", { NOTIFY_SOCKET: "relative" })).toMatch(/no usable address/);
  expect(notifyServiceManager("READY=1", { NOTIFY_SOCKET: `/${"x".repeat(200)}` })).toMatch(/no usable address/);
});

test("the size of a folder counts what lies below it", () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxnode-size-"));
  try {
    const empty = directorySize(folder);
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a/b"), Buffer.alloc(100_000, 1));
    expect(directorySize(folder) - empty).toBeGreaterThanOrEqual(100_000);
    expect(directorySize(join(folder, "none"))).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("this program's own command is made of absolute paths", () => {
  for (const part of ownCommand()) expect(absolutePath(part)).toBe(part);
});
