import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { configureMachine, height, NETWORK, outputTo, payFromFirstBlock, result, World } from "./machines.mjs";
import { fluxnode, temporaryFolder } from "./run-fluxnode.mjs";

t.setTimeout(290_000);

const COLLATERAL = 10_000;
const COINBASE_AGE = 100;
const COLLATERAL_AGE = 100;
/** Blocks within which a machine confirms itself, or is gone if it is not there to do so. */
const PATIENCE = 130;

t.test("a machine that is gone expires, is started again by its owner, and is paid in turn again", async (t) => {
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
    machines.push({ name, folder, ownerKey, key, address: script.addresses[0] });
  }
  const [first, second] = machines;
  const outputs = Object.fromEntries(machines.map(({ address }) => [address, COLLATERAL]));
  const payment = await payFromFirstBlock(miner, minerFolder, outputs);
  await world.mineTo(COINBASE_AGE + 2 + COLLATERAL_AGE);
  for (const [index, each] of machines.entries()) {
    each.collateral = `${payment.txid}:${outputTo(payment, each.address)}`;
    const { collateral, key, folder } = each;
    configureMachine(folder, { collateral, key: key.private_key, address: `10.0.1.${index + 1}`, tier: "cumulus" });
    each.node = await world.start(folder, { connect: [miner.p2pPort] });
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

  // The second machine is gone; the first goes on confirming itself.
  await world.kill(second.node);
  await mineUntil("the second expires", async () => (await statusOf(second)) === "not listed");
  t.equal(await statusOf(first), "listed");
  t.same(await payees(3), ["first", "first", "first"]);

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
