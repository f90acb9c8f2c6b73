import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  deviceNumbers,
  mountOf,
  processorUse,
  readCgroupLimits,
  readDiskFacts,
  readLoad,
  readMemoryFacts,
  readProcessorFacts,
  readProcessorTimes,
  readVirtualization,
} from "../../../../src/platform/machine/index.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A machine whose /proc and /sys hold these files. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "fluxnode-machine-"));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

describe("limits of control groups", () => {
  test("version 2 inside a container", () => {
    const root = machine({
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/cpu.max": "100000 100000\n",
      "/sys/fs/cgroup/memory.max": "536870912\n",
    });
    expect(readCgroupLimits(root)).toEqual({
      version: 2,
      processors: 1,
      memoryBytes: 536_870_912,
      memoryFreeBytes: 536_870_912,
    });
  });

  test("version 2: the tightest of all groups above counts", () => {
    const root = machine({
      "/proc/self/cgroup": "0::/user.slice/session.scope\n",
      "/sys/fs/cgroup/user.slice/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/user.slice/memory.max": "max\n",
      "/sys/fs/cgroup/user.slice/session.scope/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/user.slice/session.scope/memory.max": "1073741824\n",
    });
    expect(readCgroupLimits(root)).toMatchObject({ version: 2, processors: 1.5, memoryBytes: 2 ** 30 });
  });

  test("version 1 with the host's path, which a container cannot see", () => {
    const root = machine({
      "/proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n1:name=systemd:/docker/abc\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
    });
    expect(readCgroupLimits(root)).toMatchObject({ version: 1, processors: 2, memoryBytes: 536_870_912 });
  });

  test("version 1 without limits", () => {
    const root = machine({
      "/proc/self/cgroup": "5:cpu,cpuacct:/\n4:memory:/\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    });
    expect(readCgroupLimits(root)).toEqual({
      version: 1,
      processors: null,
      memoryBytes: null,
      memoryFreeBytes: null,
    });
  });

  test("version 2: memory.high counts, and what is in use leaves less", () => {
    const root = machine({
      "/proc/self/cgroup": "0::/a\n",
      "/sys/fs/cgroup/memory.max": "4000000\n",
      "/sys/fs/cgroup/memory.current": "3500000\n",
      "/sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 0\n",
      "/sys/fs/cgroup/a/memory.max": "max\n",
      "/sys/fs/cgroup/a/memory.high": "1000000\n",
      "/sys/fs/cgroup/a/memory.current": "700000\n",
      "/sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 300000\nactive_file 5\n",
    });
    expect(readCgroupLimits(root)).toMatchObject({ memoryBytes: 1_000_000, memoryFreeBytes: 500_000 });
  });

  test("version 1: what is in use leaves less", () => {
    const root = machine({
      "/proc/self/cgroup": "4:memory:/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1000000\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1200000\n",
      "/sys/fs/cgroup/memory/memory.stat": "inactive_file 7\ntotal_inactive_file 500000\n",
    });
    expect(readCgroupLimits(root)).toMatchObject({ memoryBytes: 1_000_000, memoryFreeBytes: 300_000 });
  });

  test.each(["", "garbage\n", "0::relative\n", "0::/../../etc\n"])("a strange list of groups: %j", (text) => {
    const root = machine({ "/proc/self/cgroup": text, "/sys/fs/cgroup/cpu.max": "x y\n" });
    expect(readCgroupLimits(root)).toMatchObject({ processors: null, memoryBytes: null });
  });
});

describe("processors", () => {
  const thread = (processor: number, core: number) =>
    `processor\t: ${processor}\nmodel name\t: Example 9000\nphysical id\t: 0\ncore id\t\t: ${core}\nflags\t\t: fpu hypervisor\n`;
  const root = machine({
    "/proc/cpuinfo": [0, 1, 2, 3].map((processor) => thread(processor, processor >> 1)).join("\n"),
  });
  const unlimited = { version: null, processors: null, memoryBytes: null, memoryFreeBytes: null };

  test("threads share cores", () => {
    expect(readProcessorFacts(unlimited, root, 4)).toEqual({
      model: "Example 9000",
      threads: 4,
      cores: 2,
      affinityThreads: 4,
      usable: 4,
    });
  });

  test.each([
    [1.5, 4, 1],
    [0.2, 4, 1],
    [8, 4, 4],
    [3, 2, 2],
  ])("a limit of %d on %d threads leaves %d", (processors, affinity, usable) => {
    expect(readProcessorFacts({ ...unlimited, processors }, root, affinity).usable).toBe(usable);
  });

  test("a container that is shown less than it could run on uses what it is shown", () => {
    expect(readProcessorFacts(unlimited, root, 64)).toMatchObject({ affinityThreads: 64, usable: 4 });
    expect(readProcessorFacts(unlimited, machine({ "/proc/cpuinfo": "nothing\n" }), 3).usable).toBe(3);
  });

  test.each([
    [{ "/run/systemd/container": "lxc\n" }, "lxc"],
    [{ "/proc/1/environ": "PATH=/bin\0container=lxc-libvirt\0HOME=/\0" }, "lxc-libvirt"],
    [{ "/proc/vz/version": "" }, "openvz"],
    [{ "/proc/vz/version": "", "/proc/bc/0": "" }, null],
    [{ "/proc/1/cgroup": "0::/init.scope\n", "/proc/1/environ": "mycontainer=1\0" }, null],
  ])("containers that name themselves elsewhere: %j", (files, container) => {
    expect(readVirtualization(machine(files)).container).toBe(container);
  });

  test("virtual machines and containers are seen", () => {
    expect(readVirtualization(root).hypervisor).toBe("virtual machine");
    expect(readVirtualization(machine({ "/.dockerenv": "" }))).toEqual({ container: "docker", hypervisor: null });
  });
});

test("memory is what the kernel or the group allows", () => {
  const root = machine({ "/proc/meminfo": "MemTotal:  8000 kB\nMemFree: 10 kB\nMemAvailable:  6000 kB\n" });
  const none = { version: null, processors: null, memoryBytes: null, memoryFreeBytes: null };
  expect(readMemoryFacts(none, root)).toEqual({
    machineBytes: 8_192_000,
    availableBytes: 6_144_000,
    usableBytes: 8_192_000,
  });
  expect(readMemoryFacts({ ...none, memoryBytes: 2_000_000, memoryFreeBytes: 400_000 }, root)).toMatchObject({
    usableBytes: 2_000_000,
    availableBytes: 400_000,
  });
  expect(readMemoryFacts({ ...none, memoryBytes: 1_000_000 }, root)).toMatchObject({
    usableBytes: 1_000_000,
    availableBytes: 1_000_000,
  });
});

test("busy and stolen time between two readings", () => {
  const before = readProcessorTimes(machine({ "/proc/stat": "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2\n" }));
  const after = readProcessorTimes(machine({ "/proc/stat": "cpu  150 0 110 1200 10 0 0 30 0 0\n" }));
  expect(processorUse(before, after)).toEqual({ busy: 90 / 500, steal: 30 / 500 });
  expect(processorUse(before, before)).toBeNull();
  expect(readProcessorTimes(machine({}))).toBeNull();
  expect(readLoad(machine({ "/proc/loadavg": "1.25 0.5 0.1 1/100 5\n" }))).toBe(1.25);
});

describe("disks", () => {
  const mounts = [
    "21 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw",
    "22 21 0:30 / /tmp rw - tmpfs tmpfs rw",
    "23 21 8:1 / /mnt/my\\040disk rw - xfs /dev/sdb1 rw",
  ].join("\n");

  test("the longest mount point covers a path", () => {
    expect(mountOf("/home/a", mounts)).toEqual({ source: "/dev/vda1", type: "ext4" });
    expect(mountOf("/tmp", mounts)?.type).toBe("tmpfs");
    expect(mountOf("/tmpfoo", mounts)?.type).toBe("ext4");
    expect(mountOf("/mnt/my disk/x", mounts)?.source).toBe("/dev/sdb1");
    expect(mountOf("/", "")).toBeUndefined();
  });

  test("device numbers", () => {
    expect(deviceNumbers(0xfe01n)).toBe("254:1");
    // 259:70000: the low eight bits of the minor number below, the others above the major number.
    expect(deviceNumbers((0x111n << 20n) | (0x103n << 8n) | 0x70n)).toBe("259:70000");
  });

  test("this machine's own disk", () => {
    const facts = readDiskFacts(tmpdir());
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(facts.freeBytes).toBeLessThanOrEqual(facts.fileSystemBytes);
    expect(() => readDiskFacts("/does/not/exist")).toThrow(/does\/not\/exist/);
  });
});
