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

/** Bun has no such sockets, so another program listens: one that every Debian has. */
const LISTENER = `
$| = 1;
my $name = $ARGV[0];
$name =~ s/^@/\\0/;
socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($socket, pack_sockaddr_un($name)) or die $!;
print "bound\\n";
alarm 10;
recv($socket, my $message, 4096, 0) // die $!;
print "$message\\n";
`;

async function received(name: string, state: string): Promise<[string | null, string]> {
  const listener = Bun.spawn(["perl", "-MSocket", "-e", LISTENER, name], { stdout: "pipe" });
  let text = "";
  let problem: string | null = "the listener did not start";
  for await (const chunk of listener.stdout) {
    const bound = text.includes("bound\n");
    text += Buffer.from(chunk).toString();
    if (!bound && text.includes("bound\n")) problem = notifyServiceManager(state, { NOTIFY_SOCKET: name });
  }
  return [problem, text.replace("bound\n", "").trim()];
}

test("the service manager gets the message, by a path and by a name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxnode-notify-"));
  try {
    expect(await received(join(folder, "socket"), "READY=1")).toEqual([null, "READY=1"]);
    expect(await received(`@fluxnode-test-${process.pid}`, "STOPPING=1")).toEqual([null, "STOPPING=1"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

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
