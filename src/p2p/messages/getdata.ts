import { inventoryMessage } from "./inventory.ts";

/** Asks for announced things (spec p2p.md 3.1). */
export const getdataMessage = inventoryMessage("getdata");
