import type { RpcMethod } from "../declaration.ts";
import { commandList, helpText } from "../help.ts";

/** The `help` method over all methods, itself included. */
export function helpMethod(
  methods: () => readonly RpcMethod[],
  find: (name: string) => RpcMethod | undefined,
): RpcMethod {
  return {
    name: "help",
    category: "control",
    summary: "Lists the commands, or explains one.",
    params: [{ name: "command", type: "string", description: "the command to explain", optional: true }],
    result: "text for people",
    call: (args) => {
      const name = args.has(0) ? args.string(0) : "";
      if (name === "") return commandList(methods());
      const method = find(name);
      return method ? helpText(method, name) : `help: unknown command: ${name}`;
    },
  };
}
