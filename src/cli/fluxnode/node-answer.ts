import type { ChainAccess, ExactJson } from "../../node/index.ts";
import { FluxError } from "../../platform/index.ts";
import type { GlobalOptions } from "../command-line.ts";
import { withChain } from "../node-options.ts";

type Parameter = Parameters<ChainAccess["call"]>[1][number];

export interface AskedNode {
  /** The answer of an RPC method. @throws FluxError syncing (kind "not-ready"), no-fluxnode (kind "refused"), rpc-error */
  ask(method: string, ...params: readonly Parameter[]): Promise<ExactJson>;
  /** False if no node runs and the stored chain answers. */
  readonly running: boolean;
}

const NOT_STARTED = "start a node with `fluxnode start`; check --datadir and --network";

function noNode(message: string): FluxError {
  return new FluxError("no-node", message, { kind: "unreachable", hint: NOT_STARTED });
}

/** What an error of a method means. */
async function explained(error: unknown): Promise<unknown> {
  const { RpcError, RpcErrorCode } = await import("../../server/rpc/index.ts");
  if (!(error instanceof RpcError)) return error;
  if (error.code === RpcErrorCode.initialDownload) {
    return new FluxError("syncing", "the node is still catching up with the network", {
      kind: "not-ready",
      hint: "`fluxnode status` tells how far it is",
    });
  }
  if (error.message === "This is not a Flux Node") {
    return new FluxError("no-fluxnode", "this node runs without the settings of a fluxnode", {
      kind: "refused",
      hint: "set fluxnode-key and fluxnode-collateral, and start it again",
    });
  }
  return new FluxError("rpc-error", error.message.trim());
}

/**
 * The methods of the running node, or of the stored chain when none runs.
 * @throws FluxError no-node (kind "unreachable") without either
 */
export async function askNode<T>(globals: GlobalOptions, use: (node: AskedNode) => Promise<T>): Promise<T> {
  try {
    return await withChain(globals, (access) => {
      const ask = async (method: string, ...params: readonly Parameter[]) => {
        try {
          return await access.call(method, params);
        } catch (error) {
          throw await explained(error);
        }
      };
      return use({ ask, running: access.running });
    });
  } catch (error) {
    const nothingThere = error instanceof FluxError && ["datadir-not-found", "chain-not-found"].includes(error.code);
    throw nothingThere ? noNode(`no node runs, and ${error.message}`) : error;
  }
}

/** Like {@link askNode}, for what only a running node can do. */
export function askRunningNode<T>(globals: GlobalOptions, use: (node: AskedNode) => Promise<T>): Promise<T> {
  return askNode(globals, async (node) => {
    if (!node.running) throw noNode("no node runs on this data directory");
    return use(node);
  });
}
