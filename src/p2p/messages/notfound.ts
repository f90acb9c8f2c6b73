import { inventoryMessage } from "./inventory.ts";

/** Names what was asked for and is not there (spec p2p.md 3.1). */
export const notfoundMessage = inventoryMessage("notfound");
