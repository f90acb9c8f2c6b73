import type { RpcMethod } from "../declaration.ts";
import { Amount } from "../json-writer.ts";

export const getnetworkinfo: RpcMethod = {
  name: "getnetworkinfo",
  category: "network",
  summary: "State of the peer-to-peer side.",
  params: [],
  result: "an object",
  call: (_args, { network, version }) => ({
    version: version.number,
    subversion: version.userAgent,
    protocolversion: version.protocol,
    localservices: network.localServices().toString(16).padStart(16, "0"),
    timeoffset: network.timeOffset(),
    connections: network.connections(),
    networks: network.networks().map((item) => ({
      name: item.name,
      limited: item.limited,
      reachable: item.reachable,
      proxy: item.proxy,
      proxy_randomize_credentials: item.proxyRandomizeCredentials,
    })),
    relayfee: new Amount(network.relayFee()),
    localaddresses: network.localAddresses().map(({ address, port, score }) => ({ address, port, score })),
    warnings: network.warnings(),
  }),
};
