import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startNode } from "./running-node.mjs";

/** Every upgrade within 420 blocks; from then on blocks are made by Proof of Node. */
export const NETWORK_FILE = join(dirname(fileURLToPath(import.meta.url)), "../chain/mined-network.json");
export const NETWORK = ["--network", NETWORK_FILE];
export const { consensus, genesis } = JSON.parse(readFileSync(NETWORK_FILE, "utf8"));
const POW_SPACING = 120;

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

export async function result(node, method, ...params) {
  const { result: value, error } = await node.rpc(method, ...params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return value;
}

export async function until(what, reached, patienceMillis = 120_000) {
  const end = Date.now() + patienceMillis;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const height = (node) => result(node, "getblockcount");

/** Machines that share a clock, which only this test moves. */
export class World {
  nodes = [];

  constructor(t) {
    this.t = t;
    this.time = genesis.time + POW_SPACING;
  }

  async start(folder, { connect = [], port, args: more = [] } = {}) {
    const p2pPort = port ?? (await freePort());
    const peers = connect.flatMap((each) => ["--connect", `127.0.0.1:${each}`]);
    const args = ["--listen", `127.0.0.1:${p2pPort}`, ...peers, "--mocktime", `${this.time}`, ...more];
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

/** Writes the configuration of a machine that attests itself. */
export function configureMachine(folder, { collateral, key, address, tier, settings: more = [] }) {
  const settings = [
    `fluxnode-collateral=${collateral}`,
    `fluxnode-address=${address}`,
    "attestor=key",
    `attestor-tier=${tier}`,
    ...more,
  ];
  writeFileSync(join(folder, "fluxnode.conf"), settings.join("\n"));
  const secrets = join(folder, "secrets.conf");
  writeFileSync(secrets, `fluxnode-key=${key}\nattestor-key=${BENCHMARK_KEY}\n`);
  chmodSync(secrets, 0o600);
}

/** Pays coins of the first block to addresses, with one coin as the fee; the transaction as it is told by RPC. */
export async function payFromFirstBlock(miner, minerFolder, outputs) {
  const {
    tx: [coinbase],
  } = await result(miner, "getblock", await result(miner, "getblockhash", 1));
  const { value, scriptPubKey } = await result(miner, "gettxout", coinbase, 0);
  const key = readFileSync(join(minerFolder, "mined/mining.key"), "utf8").trim();
  const [change] = scriptPubKey.addresses;
  const paid = Object.values(outputs).reduce((sum, coins) => sum + coins, 0);
  const all = { ...outputs, [change]: value - paid - 1 };
  const unsigned = await result(miner, "createrawtransaction", [{ txid: coinbase, vout: 0 }], all);
  const previous = [{ txid: coinbase, vout: 0, scriptPubKey: scriptPubKey.hex, amount: value }];
  const { hex, complete } = await result(miner, "signrawtransaction", unsigned, previous, [key]);
  if (!complete) throw new Error("the payment is not signed");
  await result(miner, "sendrawtransaction", hex, true);
  return result(miner, "decoderawtransaction", hex);
}

/** Number of the output that pays to an address. */
export function outputTo({ vout }, address) {
  return vout.find(({ scriptPubKey: { addresses } }) => addresses[0] === address).n;
}
