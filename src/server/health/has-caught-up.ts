import type { Chain } from "../../chain/index.ts";

/** The daemon does not call it a download while there is only the genesis block; who waits for a node does. */
export function hasCaughtUp({ tip, params, initialDownload }: Chain["view"]): boolean {
  return !initialDownload && tip.chainWork >= params.minimumChainWork;
}
