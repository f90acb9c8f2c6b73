import type { RpcMethod } from "../declaration.ts";
import { helpText } from "../help.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** When a ban ends, by the parameters: null for the usual time. */
function endOf(seconds: bigint, absolute: boolean, now: number): number | null {
  if (seconds <= 0n) return null;
  return Number(seconds) + (absolute ? 0 : now);
}

export const setban: RpcMethod = {
  name: "setban",
  category: "network",
  summary: "Bans an address or a range of addresses, or takes the ban back.",
  params: [
    { name: "subnet", type: "string", description: "address, address/bits or address/mask" },
    { name: "command", type: "string", description: "add or remove" },
    { name: "bantime", type: "number", description: "seconds; 0 for 24 hours", optional: true },
    { name: "absolute", type: "boolean", description: "bantime is the Unix time of the end", optional: true },
  ],
  result: "null",
  extraParams: true,
  call: (args, { network: { peers }, clock }) => {
    const command = args.string(1);
    if (command !== "add" && command !== "remove") throw new RpcError(RpcErrorCode.misc, helpText(setban));
    const subnet = args.string(0);
    const seconds = command === "add" && args.value(2) !== null ? args.int64(2) : 0n;
    const absolute = args.value(3) === true;
    const result = command === "add" ? peers.ban(subnet, endOf(seconds, absolute, clock.now())) : peers.unban(subnet);
    if (result === "no subnet") throw new RpcError(RpcErrorCode.nodeAlreadyAdded, "Error: Invalid IP/Subnet");
    if (result === "banned already") {
      throw new RpcError(RpcErrorCode.nodeAlreadyAdded, "Error: IP/Subnet already banned");
    }
    if (result === "not banned") throw new RpcError(RpcErrorCode.misc, "Error: Unban failed");
    return null;
  },
};
