import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";

t.setTimeout(290_000);

/** Every upgrade within 420 blocks; from then on blocks are made by Proof of Node. */
const NETWORK_FILE = join(dirname(fileURLToPath(import.meta.url)), "../chain/mined-network.json");
const NETWORK = ["--network", NETWORK_FILE];
const { consensus, genesis } = JSON.parse(readFileSync(NETWORK_FILE, "utf8"));
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
const POW_SPACING = 120;
/** By this many blocks the nodes must have confirmed themselves. */
const CONFIRMATION_PATIENCE = 60;
const MINTED = 4;

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** A private key of the test networks in uncompressed WIF form. */
function wif(secret) {
  const body = Buffer.concat([Buffer.from([239]), secret]);
  const sha = (bytes) => createHash("sha256").update(bytes).digest();
  let number = BigInt(`0x${Buffer.concat([body, sha(sha(body)).subarray(0, 4)]).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  return text;
}

/** The one benchmark key of the network. */
const BENCHMARK_KEY = wif(Buffer.alloc(32, 9));

async function result(node, method, ...params) {
  const { result: value, error } = await node.rpc(method, ...params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return value;
}

async function until(what, reached, patienceMillis = 120_000) {
  const end = Date.now() + patienceMillis;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const height = (node) => result(node, "getblockcount");

/** Machines that share a clock, which only this test moves. */
class World {
  nodes = [];

  constructor(t, time) {
    this.t = t;
    this.time = time;
  }

  async start(folder, { connect = [], port } = {}) {
    const p2pPort = port ?? (await freePort());
    const peers = connect.flatMap((each) => ["--connect", `127.0.0.1:${each}`]);
    const args = ["--listen", `127.0.0.1:${p2pPort}`, ...peers, "--mocktime", `${this.time}`];
    const node = await startNode(this.t, folder, { args, network: NETWORK, networkName: "mined" });
    node.p2pPort = p2pPort;
    this.nodes.push(node);
    return node;
  }

  async kill(node) {
    this.nodes = this.nodes.filter((each) => each !== node);
    node.child.kill("SIGKILL");
    await node.ended;
  }

  async pass(seconds) {
    this.time += seconds;
    await Promise.all(this.nodes.map((node) => result(node, "setmocktime", this.time)));
  }

  /** Lets the first machine mine up to a height; the others follow. */
  async mineTo(goal) {
    const [miner] = this.nodes;
    while ((await height(miner)) < goal) {
      await this.pass(POW_SPACING);
      await result(miner, "generate", 1);
    }
    await this.together(goal);
  }

  async together(goal) {
    await until(`everybody at ${goal}`, async () => {
      const heights = await Promise.all(this.nodes.map(height));
      return heights.every((each) => each >= goal);
    });
  }
}

t.test("machines of all tiers confirm themselves and make the blocks of a network of their own", async (t) => {
  const world = new World(t, genesis.time + POW_SPACING);
  const minerFolder = temporaryFolder(t);
  const miner = await world.start(minerFolder);
  await world.mineTo(COINBASE_AGE + 1);

  // The first block's coins pay for three collaterals, each for a script of one key.
  const {
    tx: [coinbase],
  } = await result(miner, "getblock", await result(miner, "getblockhash", 1));
  const { value, scriptPubKey } = await result(miner, "gettxout", coinbase, 0);
  const key = readFileSync(join(minerFolder, "mined/mining.key"), "utf8").trim();
  const machines = [];
  for (const [index, { tier, coins }] of TIERS.entries()) {
    const owner = await result(miner, "createdelegatekeypair");
    const machine = await result(miner, "createdelegatekeypair");
    const { address, redeemScript } = await result(miner, "createmultisig", 1, [owner.public_key_compressed]);
    machines.push({ index, tier, coins, owner, machine, address, redeemScript });
  }
  const outputs = Object.fromEntries(machines.map(({ address, coins }) => [address, coins]));
  const [change] = scriptPubKey.addresses;
  const paid = TIERS.reduce((sum, { coins }) => sum + coins, 0);
  outputs[change] = value - paid - 1;
  const unsigned = await result(miner, "createrawtransaction", [{ txid: coinbase, vout: 0 }], outputs);
  const previous = [{ txid: coinbase, vout: 0, scriptPubKey: scriptPubKey.hex, amount: value }];
  const signed = await result(miner, "signrawtransaction", unsigned, previous, [key]);
  t.equal(signed.complete, true, "signed", signed);
  const funding = await result(miner, "sendrawtransaction", signed.hex, true);
  await world.mineTo(Math.max(NEW_AMOUNTS, COINBASE_AGE + 2 + COLLATERAL_AGE));
  const { vout } = await result(miner, "decoderawtransaction", signed.hex);

  // Each machine has its node key and the network's benchmark key; the owners' keys stay elsewhere.
  const ports = [miner.p2pPort];
  for (const each of machines) {
    each.output = vout.find(({ scriptPubKey: { addresses } }) => addresses[0] === each.address).n;
    each.folder = temporaryFolder(t);
    const settings = [
      `fluxnode-collateral=${funding}:${each.output}`,
      `fluxnode-address=10.0.0.${each.index + 1}`,
      "attestor=key",
      `attestor-tier=${each.tier}`,
    ];
    writeFileSync(join(each.folder, "fluxnode.conf"), settings.join("\n"));
    const secrets = join(each.folder, "secrets.conf");
    writeFileSync(secrets, `fluxnode-key=${each.machine.private_key}\nattestor-key=${BENCHMARK_KEY}\n`);
    chmodSync(secrets, 0o600);
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
