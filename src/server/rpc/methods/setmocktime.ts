import type { RpcMethod } from "../declaration.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

export const setmocktime: RpcMethod = {
  name: "setmocktime",
  category: "control",
  hidden: true,
  summary: "Fixes the clock of the node, on test networks only.",
  params: [{ name: "timestamp", type: "number", description: "Unix time in seconds; 0 lets the clock run again" }],
  result: "null",
  call: (args, { chain, clock }) => {
    if (chain.params.networkId === "main") {
      throw new RpcError(
        RpcErrorCode.misc,
        "setmocktime is for test networks: the clock of the main network is not for setting",
      );
    }
    args.expectTypes("number");
    const time = Number(args.int64(0));
    if (time < 0 || !Number.isSafeInteger(time)) {
      throw new RpcError(RpcErrorCode.invalidParameter, "the time must be a number of seconds that is not negative");
    }
    clock.setMock(time === 0 ? null : time);
    return null;
  },
};
