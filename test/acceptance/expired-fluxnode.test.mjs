import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { configureMachine, height, NETWORK, outputTo, payFromFirstBlock, result, World } from "./machines.mjs";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { freePort } from "./running-node.mjs";

t.setTimeout(290_000);

const COLLATERAL = 10_000;
const COINBASE_AGE = 100;
const COLLATERAL_AGE = 100;
/** Blocks within which a machine confirms itself, or is gone if it is not there to do so. */
const PATIENCE = 130;
const PORT_ATTEMPTS = 5;
/** So much traffic that only the time ends a bandwidth test, on any machine; and nobody but this test measures. */
const BENCHMARK_SETTINGS = ["bandwidth-test=10000000", "bench-interval=0"];
/** Whoever took the port of a machine that is gone says something else than nobody. */
const NO_NUMBER = /^(it refuses connections|what answers there|it cut the connection off|no answer)/;

/** Starts a machine that offers the bandwidth test at an address of its own, on a port that the list will tell. */
async function startMachine(world, machine, connect) {
  const { folder, host, collateral, key } = machine;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    machine.place = `${host}:${port}`;
    const identity = { collateral, key: key.private_key, address: machine.place, tier: "cumulus" };
    configureMachine(folder, { ...identity, settings: BENCHMARK_SETTINGS });
    try {
      machine.node = await world.start(folder, { connect, args: ["--api-port", `${port}`] });
      return;
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/something else does already/.test(error.message)) throw error;
    }
  }
}

/** What `fluxnode bench` tells of the bandwidth, with peers from the list of the chain in a folder. */
async function bandwidth(folder) {
  const options = ["--only", "bandwidth", "--quick", "--json", "--datadir", folder, ...NETWORK];
  const { code, stdout, stderr } = await fluxnode(["bench", ...options]);
  if (code !== 0) throw new Error(`bench ended with ${code}: ${stderr}`);
  return JSON.parse(stdout).bandwidth;
}

t.test("machines measure with each other; one that is gone expires, and is started and paid again", async (t) => {
  const world = new World(t);
  const minerFolder = temporaryFolder(t);
  const miner = await world.start(minerFolder);
  await world.mineTo(COINBASE_AGE + 1);

  // The owners' keys stay in files of theirs; a machine has its own key alone.
  const machines = [];
  for (const name of ["first", "second"]) {
    const owner = await result(miner, "createdelegatekeypair");
    const key = await result(miner, "createdelegatekeypair");
    const script = await result(miner, "decodescript", `21${owner.public_key_compressed}ac`);
    const folder = temporaryFolder(t);
    const ownerKey = join(folder, "owner.key");
    writeFileSync(ownerKey, `${owner.private_key}\n`, { mode: 0o600 });
    const host = `127.0.0.${machines.length + 2}`;
    machines.push({ name, folder, host, ownerKey, key, address: script.addresses[0] });
  }
  const [first, second] = machines;
  const outputs = Object.fromEntries(machines.map(({ address }) => [address, COLLATERAL]));
  const payment = await payFromFirstBlock(miner, minerFolder, outputs);
  await world.mineTo(COINBASE_AGE + 2 + COLLATERAL_AGE);
  for (const each of machines) {
    each.collateral = `${payment.txid}:${outputTo(payment, each.address)}`;
    await startMachine(world, each, [miner.p2pPort]);
  }
  await world.together(await height(miner));

  const owner = ({ collateral, ownerKey, key }) => {
    const keys = ["--owner-key-file", ownerKey, "--node-key", key.public_key_compressed];
    return fluxnode([
      "node",
      "start",
      "--collateral",
      collateral,
      ...keys,
      "--datadir",
      minerFolder,
      "--json",
      ...NETWORK,
    ]);
  };
  const statusOf = async ({ collateral }) => {
    const [txid, index] = collateral.split(":");
    const list = await result(miner, "listfluxnodes", txid);
    return list.some(({ outidx }) => outidx === index) ? "listed" : "not listed";
  };
  const mineUntil = async (what, reached) => {
    for (let block = 0; !(await reached()); block++) {
      if (block > PATIENCE) throw new Error(`waited in vain: ${what}`);
      await world.mineTo((await height(miner)) + 1);
    }
  };
  const listed = (machine) => async () => (await statusOf(machine)) === "listed";

  const nobody = /^the chain lists no fluxnodes; name one with --peer/;
  t.match(await bandwidth(minerFolder), { status: "not measured", reason: nobody, peers: [] });
  for (const each of machines) t.match(await owner(each), { code: 0 }, `${each.name} is started`);
  await mineUntil("both confirm themselves", async () => (await listed(first)()) && (await listed(second)()));

  const payees = async (count) => {
    const from = (await height(miner)) + 1;
    await world.mineTo(from + count - 1);
    const paid = [];
    for (let at = from; at < from + count; at++) {
      const { tx } = await result(miner, "getblock", await result(miner, "getblockhash", at), 2);
      const addresses = tx[0].vout.flatMap(({ scriptPubKey }) => scriptPubKey.addresses ?? []);
      paid.push(machines.find(({ address }) => addresses.includes(address))?.name);
    }
    return paid;
  };
  await world.mineTo((await height(miner)) + 2);
  const turns = await payees(6);
  t.ok(
    turns.every((name, i) => name !== undefined && name !== turns[i - 1]),
    "they are paid in turn",
    { turns },
  );

  // Whoever is no machine measures with any of those in the list, a machine with the others.
  const byMiner = await bandwidth(minerFolder);
  t.match(byMiner, { status: "measured", peers: [{ status: "measured" }] });
  t.ok([first.place, second.place].includes(byMiner.peers[0].address), "with one of the list", { byMiner });
  t.match(await bandwidth(first.folder), {
    status: "measured",
    peers: [{ address: second.place, status: "measured" }],
  });

  // The second machine is gone, and still in the list; the first goes on confirming itself.
  await world.kill(second.node);
  const gone = { address: second.place, status: "failed", reason: NO_NUMBER };
  const alone = await bandwidth(first.folder);
  t.match(alone, { status: "not measured", peers: [gone] });
  t.equal(alone.peers.length, 1);
  t.equal(alone.reason, `no peer gave a number. ${second.place}: ${alone.peers[0].reason}`);
  t.match(await bandwidth(minerFolder), {
    status: "measured",
    peers: [gone, { address: first.place, status: "measured" }],
  });
  // Its stored chain names the other one, years after the last block.
  t.match(await bandwidth(second.folder), {
    status: "measured",
    peers: [{ address: first.place, status: "measured" }],
  });
  await mineUntil("the second expires", async () => (await statusOf(second)) === "not listed");
  t.equal(await statusOf(first), "listed");
  t.same(await payees(3), ["first", "first", "first"]);
  const itself = /^the chain lists no fluxnode that could be asked, only 1 on this machine's own line; /;
  t.match(await bandwidth(first.folder), { status: "not measured", reason: itself, peers: [] });

  second.node = await world.start(second.folder, { connect: [miner.p2pPort] });
  await world.together(await height(miner));
  t.match(await result(second.node, "getfluxnodestatus"), { status: "expired" });
  const { code, stdout, stderr } = await owner(second);
  t.equal(code, 0, "it may start again at once", { stdout, stderr });
  await mineUntil("the second confirms itself again", listed(second));
  t.match(await result(second.node, "getfluxnodestatus"), { status: "CONFIRMED" });
  t.equal(await statusOf(first), "listed");
  await mineUntil("the second is paid again", async () => (await payees(1))[0] === "second");
});
