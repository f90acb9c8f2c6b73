import type { RpcMethod } from "../declaration.ts";

export const stop: RpcMethod = {
  name: "stop",
  category: "control",
  summary: "Shuts the node down.",
  params: [{ name: "detach", type: "boolean", description: "ignored", optional: true }],
  result: "a text that says so",
  call: (_args, context) => {
    context.stop();
    return "Flux server stopping";
  },
};
