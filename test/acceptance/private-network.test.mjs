import t from "tap";
import { configureMachine, consensus, height, outputTo, payFromFirstBlock, result, World } from "./machines.mjs";
import { temporaryFolder } from "./run-fluxnode.mjs";

t.setTimeout(290_000);

const PON = consensus.upgrades.find(({ name }) => name === "PON").activationHeight;
/** From here on only the new amounts count as collateral. */
const NEW_AMOUNTS = 381;
const TIERS = [
  { tier: "cumulus", coins: 1000 },
  { tier: "nimbus", coins: 12_500 },
  { tier: "stratus", coins: 40_000 },
];
const COINBASE_AGE = 100;
const COLLATERAL_AGE = 100;
/** By this many blocks the nodes must have confirmed themselves. */
const CONFIRMATION_PATIENCE = 60;
const MINTED = 4;

t.test("machines of all tiers confirm themselves and make the blocks of a network of their own", async (t) => {
  const world = new World(t);
  const minerFolder = temporaryFolder(t);
  const miner = await world.start(minerFolder);
  await world.mineTo(COINBASE_AGE + 1);

  // The first block's coins pay for three collaterals, each for a script of one key.
  const machines = [];
  for (const [index, { tier, coins }] of TIERS.entries()) {
    const owner = await result(miner, "createdelegatekeypair");
    const machine = await result(miner, "createdelegatekeypair");
    const { address, redeemScript } = await result(miner, "createmultisig", 1, [owner.public_key_compressed]);
    machines.push({ index, tier, coins, owner, machine, address, redeemScript });
  }
  const outputs = Object.fromEntries(machines.map(({ address, coins }) => [address, coins]));
  const payment = await payFromFirstBlock(miner, minerFolder, outputs);
  const funding = payment.txid;
  await world.mineTo(Math.max(NEW_AMOUNTS, COINBASE_AGE + 2 + COLLATERAL_AGE));

  // Each machine has its node key and the network's benchmark key; the owners' keys stay elsewhere.
  const ports = [miner.p2pPort];
  for (const each of machines) {
    each.output = outputTo(payment, each.address);
    each.folder = temporaryFolder(t);
    const collateral = `${funding}:${each.output}`;
    const address = `10.0.0.${each.index + 1}`;
    configureMachine(each.folder, { collateral, key: each.machine.private_key, address, tier: each.tier });
    each.node = await world.start(each.folder, { connect: ports });
    ports.push(each.node.p2pPort);
  }
  await world.together(NEW_AMOUNTS);
  const status = async ({ node }) => (await result(node, "getfluxnodestatus")).status;
  const statuses = () => Promise.all(machines.map(status));
  t.same(await statuses(), ["expired", "expired", "expired"]);

  for (const { owner, machine, redeemScript, output } of machines) {
    const start = await result(
      miner,
      "createp2shstarttx",
      redeemScript,
      machine.public_key_compressed,
      funding,
      output,
    );
    const ready = await result(miner, "signp2shstarttx", start, owner.private_key);
    await result(miner, "sendp2shstarttx", ready);
  }
  await world.mineTo(NEW_AMOUNTS + 1);
  t.same(await statuses(), ["STARTED", "STARTED", "STARTED"]);

  // Nobody asks them to: the machines confirm by themselves.
  for (let block = 0; (await statuses()).some((each) => each !== "CONFIRMED"); block++) {
    if (block > CONFIRMATION_PATIENCE) throw new Error(`not confirmed: ${await statuses()}`);
    await world.mineTo((await height(miner)) + 1);
  }
  const list = await result(miner, "listfluxnodes");
  t.match(
    list.map(({ tier, ip, txhash }) => ({ tier, ip, txhash })),
    machines.map(({ tier, index }) => ({ tier: tier.toUpperCase(), ip: `10.0.0.${index + 1}`, txhash: funding })),
  );
  t.match(JSON.parse(await result(machines[0].node, "getbenchstatus")), { status: "online" });

  // From Proof of Node on the machines make the blocks, also after one of them was killed and started again.
  await world.mineTo(PON - 1);
  const producers = [];
  while (producers.length < MINTED) {
    const before = await height(miner);
    await world.pass(consensus.nPonTargetSpacing);
    await mintedOrTooLate(miner, before);
    for (let at = before + 1; at <= (await height(miner)); at++) {
      const block = await result(miner, "getblock", await result(miner, "getblockhash", at), 2);
      const producer = machines.find(
        ({ output }) => block.collateral === `COutPoint(${funding.slice(0, 10)}, ${output})`,
      );
      t.ok(producer, `block ${at} was made by a machine`, block);
      producers.push(producer?.tier);
      const payees = block.tx[0].vout.flatMap(({ scriptPubKey: { addresses } }) => addresses ?? []);
      for (const { address, tier } of machines) t.ok(payees.includes(address), `block ${at} pays ${tier}`);
    }
    if (producers.length === MINTED / 2) {
      const [first] = machines;
      const port = first.node.p2pPort;
      await world.kill(first.node);
      first.node = await world.start(first.folder, { connect: ports.filter((each) => each !== port), port });
      await world.together(await height(miner));
      t.match(await result(first.node, "getmininginfo"), { ponminter: true });
    }
  }
  t.same(await statuses(), ["CONFIRMED", "CONFIRMED", "CONFIRMED"]);
  const tips = await Promise.all(world.nodes.map(async (node) => result(node, "getblockhash", PON + MINTED - 1)));
  t.equal(new Set(tips).size, 1, "everybody has the same chain");
});

/** A slot is filled after four seconds for each rank, or, without a node with a good lot, not at all. */
async function mintedOrTooLate(node, before) {
  const end = Date.now() + 20_000;
  while ((await height(node)) === before && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
