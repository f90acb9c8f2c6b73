import { inventoryMessage } from "./inventory.ts";

/** Announces what the sender has (spec p2p.md 3.1). */
export const invMessage = inventoryMessage("inv");
