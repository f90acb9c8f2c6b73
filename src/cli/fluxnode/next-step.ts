import type { NetworkParams } from "../../protocol/params/index.ts";

export interface OwnNode {
  /** As `getfluxnodestatus` tells it. */
  readonly status: string;
  /** Heights. */
  readonly added: number;
  readonly lastConfirmed: number;
}

/** What the operator of a fluxnode does, or waits for, in its state at a height of the chain. */
export async function nextStep(node: OwnNode, height: number, params: NetworkParams): Promise<string> {
  const { confirmExpiry, dosRemoval, minReconfirmDistance, startExpiry } = await import(
    "../../protocol/fluxnodes/index.ts"
  );
  switch (node.status) {
    case "STARTED":
      return `wait: the node confirms itself within a few blocks, and has to by height ${node.added + startExpiry(height, params)}; if it does not, the log says why`;
    case "CONFIRMED": {
      const update = node.lastConfirmed + minReconfirmDistance(height, params) + 1;
      const end = node.lastConfirmed + confirmExpiry(height, params);
      return height < update
        ? `nothing: the node confirms itself again from height ${update} on`
        : `a new confirmation is due; without one the node is off the list after height ${end}; if none is sent, the log says why`;
    }
    case "DOS":
      return `it was not confirmed in time: find out why in the log, and start it again after height ${node.added + dosRemoval(height, params)}`;
    case "expired":
      return "the chain knows no such node: start it with `fluxnode node start`, unless the collateral was spent";
    default:
      return "-";
  }
}
