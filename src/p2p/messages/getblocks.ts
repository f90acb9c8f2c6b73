import { locatorMessage } from "./locator.ts";

/** Asks for the hashes of the blocks after a place (spec p2p.md 3.2). */
export const getblocksMessage = locatorMessage("getblocks");
