// `fluxnode bench` inside a Docker container with limits: facts and verdict have to follow them. Exit code 1 if they do not.
//   node test/bench/in-container.mjs          as root; Debian packages docker.io and iptables
// A Docker daemon of its own is started for it and ended again, beside any other, with everything in a temporary folder. The
// image holds nothing but the libraries that the executable needs.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const executable = resolve(process.env.FLUXNODE_EXECUTABLE ?? "dist/fluxnode");
const folder = mkdtempSync(join(tmpdir(), "fluxnode-docker-"));
const socket = `unix://${join(folder, "docker.sock")}`;
/** The client that belongs to the daemon's package; another one may be too new for it. */
const CLIENT = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";
const docker = (...args) =>
  execFileSync(CLIENT, ["-H", socket, ...args], { stdio: ["ignore", "pipe", "pipe"] }).toString();

async function startDaemon() {
  const places = ["data-root", "exec-root"].map((name) => `--${name}=${join(folder, name)}`);
  const options = ["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"];
  const pidFile = `--pidfile=${join(folder, "docker.pid")}`;
  const daemon = spawn("dockerd", [...options, ...places, pidFile, "-H", socket], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  daemon.stderr.setEncoding("utf8").on("data", (text) => {
    log = (log + text).slice(-4000);
  });
  const ended = new Promise((done) => {
    daemon.on("error", (error) => done(error.message));
    daemon.on("close", (code) => done(`dockerd ended with code ${code}\n${log}`));
  });
  for (;;) {
    const end = await Promise.race([ended, new Promise((done) => setTimeout(done, 100))]);
    if (end !== undefined) throw new Error(end);
    try {
      docker("version");
      const stop = () => {
        daemon.kill("SIGTERM");
        return ended;
      };
      return { stop };
    } catch {
      // Not up yet.
    }
  }
}

/** A root file system with the loader and the libraries of the executable and its native parts. */
function importImage() {
  const root = join(folder, "root");
  for (const name of ["tmp", "data"]) mkdirSync(join(root, name), { recursive: true });
  const copy = (path) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  };
  // SQLite's addon is the one that needs the most.
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const sqlite = `node_modules/better-sqlite3/prebuilds/linux-${architecture}.node`;
  const listed = execFileSync("ldd", [executable, sqlite]).toString();
  for (const path of new Set(listed.match(/\/\S+\.so\S*/g))) copy(path);
  const archive = join(folder, "root.tar");
  execFileSync("tar", ["-C", root, "-cf", archive, "."]);
  docker("import", archive, "fluxnode-test");
}

function bench(limits, ...options) {
  const place = ["--network=none", "-v", `${executable}:/fluxnode:ro`, "fluxnode-test", "/fluxnode"];
  return JSON.parse(
    docker("run", "--rm", ...limits, ...place, "bench", "--quick", "--json", "--datadir", "/data", ...options),
  );
}

let failures = 0;
function check(what, seen, expected) {
  const equal = JSON.stringify(seen) === JSON.stringify(expected);
  if (!equal) failures++;
  console.log(
    `${equal ? "ok    " : "WRONG "} ${what}: ${JSON.stringify(seen)}${equal ? "" : ` instead of ${JSON.stringify(expected)}`}`,
  );
}

const daemon = await startDaemon();
try {
  importImage();
  console.log(
    `Docker ${docker("version", "--format", "{{.Server.Version}}").trim()}, ${docker("info", "--format", "control groups v{{.CgroupVersion}}").trim()}`,
  );

  console.log("docker run --cpus=1 --memory=512m");
  const { facts, verdict } = bench(["--cpus=1", "--memory=512m"]);
  check("container", facts.container, "docker");
  check("limit of processors", facts.cgroupProcessors, 1);
  check("usable processors", facts.usableProcessors, 1);
  check("limit of memory in bytes", facts.cgroupMemoryBytes, 512 * 2 ** 20);
  check("usable memory in bytes", facts.usableMemoryBytes, 512 * 2 ** 20);
  check("tier", verdict.tier, null);
  for (const tier of verdict.tiers) {
    const named = (name) => tier.requirements.find((requirement) => requirement.name === name);
    const of = (name) => [named(name).measured, named(name).result];
    check(`${tier.name}, processors`, of("processors"), [1, "fail"]);
    check(`${tier.name}, memory`, of("memory"), [512 * 2 ** 20, "fail"]);
  }
  check(
    "in the way of the lowest tier",
    ["processors", "memory"].every((name) => verdict.blocking.includes(name)),
    true,
  );

  console.log("docker run --cpus=1.5 --memory=1g");
  const more = bench(["--cpus=1.5", "--memory=1g"], "--only", "memory").facts;
  check("limit of processors", more.cgroupProcessors, 1.5);
  check("usable processors", more.usableProcessors, 1);
  check("usable memory in bytes", more.usableMemoryBytes, 2 ** 30);

  console.log("docker run --cpuset-cpus=0");
  const pinned = bench(["--cpuset-cpus=0"], "--only", "memory").facts;
  check("processors it may run on", [pinned.affinityThreads, pinned.usableProcessors], [1, 1]);
  const machine = Number(/^MemTotal:\s*(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))[1]) * 1024;
  check("usable memory without a limit", pinned.usableMemoryBytes, machine);
} finally {
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? `${basename(executable)} follows the limits` : `${failures} wrong`);
process.exitCode = failures === 0 ? 0 : 1;
