import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

const KEY = "93HaYBVUCYjEMeeH1Y4sBGLALQZE1Yc1K64xiqgX37tGBDQL8Xg";
const TXID = "2bcd3c84c84f87eaa86e4e56834c92927a07f9e18718810b92e0d0324456a67c";

t.test("config path and show work without a data directory and create nothing", async (t) => {
  const folder = temporaryFolder(t);
  const datadir = join(folder, "data");
  const path = await fluxnode(["config", "path", "--datadir", datadir]);
  t.same([path.code, path.stdout], [0, `${datadir}/fluxnode.conf\n`]);
  t.match(JSON.parse((await fluxnode(["config", "path", "--json", "--datadir", datadir])).stdout), {
    path: `${datadir}/fluxnode.conf`,
    exists: false,
  });
  const show = await fluxnode(["config", "show", "--json"], {
    env: { FLUXNODE_DATADIR: datadir, FLUXNODE_DB_CACHE: "64" },
  });
  t.equal(show.code, 0);
  t.match(JSON.parse(show.stdout), {
    dataDirectory: datadir,
    files: [],
    settings: {
      network: { value: "main", source: { kind: "default" } },
      "db-cache": { value: 64, source: { kind: "environment", variable: "FLUXNODE_DB_CACHE" } },
    },
  });
  t.notOk(existsSync(datadir));
});

t.test("unknown keys, variables and values are errors that help", async (t) => {
  const datadir = temporaryFolder(t);
  writeFileSync(join(datadir, "fluxnode.conf"), "rpcport=1\nlog-level=loud\n");
  const { code, stdout, stderr } = await fluxnode(["config", "show", "--datadir", datadir, "--json"], {
    env: { FLUXNODE_NETWROK: "test" },
  });
  t.equal(code, 2);
  t.equal(stdout, "");
  const { error } = JSON.parse(stderr);
  t.equal(error.code, "config-invalid");
  t.match(error.message, /fluxnode\.conf:1: unknown key "rpcport" \(did you mean rpc-port\?\)/);
  t.match(error.message, /fluxnode\.conf:2: log-level cannot be "loud"/);
  t.match(error.message, /FLUXNODE_NETWROK \(did you mean FLUXNODE_NETWORK\?\)/);
});

t.test("a secret that others can read is refused", async (t) => {
  const datadir = temporaryFolder(t);
  writeFileSync(join(datadir, "secrets.conf"), "rpc-password=hunter2\n", { mode: 0o644 });
  const { code, stdout, stderr } = await fluxnode(["config", "show", "--datadir", datadir]);
  t.equal(code, 5);
  t.match(stderr, /chmod 600/);
  t.notMatch(stdout + stderr, /hunter2/);
});

t.test("config import", async (t) => {
  const home = temporaryFolder(t);
  const datadir = join(home, "data");
  const env = { HOME: home, FLUXNODE_DATADIR: datadir };

  const nothing = await fluxnode(["config", "import", "--json"], { env });
  t.equal(nothing.code, 4);
  t.equal(JSON.parse(nothing.stderr).error.code, "nothing-to-import");

  const file = join(home, "flux.conf");
  writeFileSync(
    file,
    `rpcuser=u\nrpcpassword=hunter2\nrpcport=16124\nzelnode=1\nzelnodeprivkey=${KEY}\nzelnodeoutpoint=${TXID}\nzelnodeindex=1\nserver=1\n`,
  );
  const list = join(home, "zelnode.conf");
  writeFileSync(list, `zn1 127.0.0.2:16125 ${KEY} ${TXID} 0\n`);

  const dry = await fluxnode(["config", "import", file, list, "--dry-run"], { env });
  t.equal(dry.code, 0);
  t.match(dry.stdout, /would write/);
  t.notOk(existsSync(datadir));

  const done = await fluxnode(["config", "import", file, list, "--json"], { env });
  t.equal(done.code, 0);
  t.notMatch(done.stdout + dry.stdout, new RegExp(`hunter2|${KEY}`), "no secret is printed");
  const result = JSON.parse(done.stdout);
  t.same(
    result.files,
    ["fluxnode.conf", "secrets.conf", "node-list.conf"].map((name) => join(datadir, name)),
  );
  t.match(result.left, [{ key: "zelnode" }, { key: "server" }]);
  t.same(result.nodes, ["zn1"]);
  t.equal(statSync(datadir).mode & 0o777, 0o700);
  for (const path of result.files) t.equal(statSync(path).mode & 0o777, 0o600);

  const show = await fluxnode(["config", "show", "--json"], { env });
  t.notMatch(show.stdout, new RegExp(`hunter2|${KEY}`));
  t.match(JSON.parse(show.stdout).settings, {
    "rpc-user": { value: "u" },
    "rpc-password": { secret: true, set: true },
    "fluxnode-key": { secret: true, set: true },
    "fluxnode-collateral": { value: `${TXID}:1` },
  });

  const before = readFileSync(join(datadir, "fluxnode.conf"), "utf8");
  writeFileSync(file, "rpcport=1\n");
  const again = await fluxnode(["config", "import", file], { env });
  t.equal(again.code, 5);
  t.equal(readFileSync(join(datadir, "fluxnode.conf"), "utf8"), before);
  t.equal((await fluxnode(["config", "import", file, "--force"], { env })).code, 0);
  t.match(readFileSync(join(datadir, "fluxnode.conf"), "utf8"), /rpc-port=1\n/);
  t.same(readdirSync(datadir).sort(), ["fluxnode.conf", "node-list.conf", "secrets.conf"]);
});

t.test("config import names a missing or unreadable file", async (t) => {
  const folder = temporaryFolder(t);
  const missing = await fluxnode(["config", "import", join(folder, "no.conf"), "--json"]);
  t.equal(missing.code, 4);
  t.match(JSON.parse(missing.stderr).error, { code: "file-not-found", message: /no\.conf/ });
  const directory = await fluxnode(["config", "import", folder, "--json"]);
  t.equal(directory.code, 1);
  t.equal(JSON.parse(directory.stderr).error.code, "is-a-directory");
});

t.test("completion scripts know every command", async (t) => {
  const help = JSON.parse((await fluxnode(["help", "--json"])).stdout).help;
  const commands = [...help.slice(help.indexOf("Commands:")).matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
  t.ok(commands.length > 3);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await fluxnode(["completion", shell]);
    t.equal(code, 0);
    for (const name of [...commands, "import", "show"])
      t.match(stdout, new RegExp(`\\b${name}\\b`), `${shell}: ${name}`);
  }
  t.equal((await fluxnode(["completion", "tcsh"])).code, 2);
});
