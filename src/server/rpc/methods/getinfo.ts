import { type RpcMethod, reading } from "../declaration.ts";
import { Amount } from "../json-writer.ts";
import { difficulty } from "../shapes/difficulty.ts";
import { isTestNetwork } from "../shapes/network-kind.ts";

export const getinfo: RpcMethod = {
  name: "getinfo",
  category: "control",
  summary: "A bit of everything. getblockchaininfo and getnetworkinfo tell more.",
  params: [],
  result: "an object",
  call: reading(({ params, tip }, _args, { network, version }) => ({
    version: version.number,
    protocolversion: version.protocol,
    blocks: tip.height,
    timeoffset: network.timeOffset(),
    connections: network.connections(),
    proxy: network.networks().find(({ name }) => name === "ipv4")?.proxy ?? "",
    difficulty: difficulty(tip.bits, params),
    testnet: isTestNetwork(params),
    relayfee: new Amount(network.relayFee()),
    errors: network.warnings(),
  })),
};
