import { networkOfIp, TIERS } from "../../../protocol/fluxnodes/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";

export const getfluxnodecount: RpcMethod = {
  name: "getfluxnodecount",
  aliases: ["getzelnodecount"],
  category: "fluxnode",
  summary: "How many fluxnodes are confirmed, by tier and by network.",
  params: [],
  result: "an object; nodes that announce a port count for no network",
  call: reading(({ nodes }) => {
    const networks = { ipv4: 0, ipv6: 0, onion: 0 };
    for (const tier of TIERS) {
      for (const { ip } of nodes.queue(tier)) {
        const network = networkOfIp(ip);
        if (network !== "") networks[network]++;
      }
    }
    const total = nodes.count("confirmed");
    const [cumulus, nimbus, stratus] = [nodes.tierCount(1), nodes.tierCount(2), nodes.tierCount(3)];
    return {
      total,
      stable: total,
      "basic-enabled": cumulus,
      "super-enabled": nimbus,
      "bamf-enabled": stratus,
      "cumulus-enabled": cumulus,
      "nimbus-enabled": nimbus,
      "stratus-enabled": stratus,
      ...networks,
    };
  }),
};
